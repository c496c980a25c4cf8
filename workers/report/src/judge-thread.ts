import { answerAsThread, inOwnThread } from '@assay/threads'
import { type Judge, judgeInline, type JudgeAnswer, type JudgeTask } from './judge.ts'

interface Order {
  kind: keyof JudgeTask
  task: JudgeTask[keyof JudgeTask]
}

/** What `main.ts` does when it finds itself started as a thread. */
export const runEvaluationThread = (): Promise<void> =>
  answerAsThread((order) => {
    const { kind, task } = order as Order
    return judgeInline(kind, task)
  })

/** Judges in a thread of its own, so that the event loop goes on renewing locks and answering health checks. */
export const judgeInThread: Judge = async <Kind extends keyof JudgeTask>(kind: Kind, task: JudgeTask[Kind]) =>
  (await inOwnThread({ kind, task } satisfies Order)) as JudgeAnswer[Kind]
