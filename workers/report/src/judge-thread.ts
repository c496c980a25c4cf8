import { once } from 'node:events'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import { type Judge, judgeInline, type JudgeAnswer, type JudgeTask } from './judge.ts'

type Kind = keyof JudgeTask
interface Order {
  kind: Kind
  task: JudgeTask[Kind]
}

/** What `main.ts` does when it finds itself started as a thread: one order, one answer, end. */
export const runEvaluationThread = async (): Promise<void> => {
  const { kind, task } = workerData as Order
  parentPort?.postMessage(await judgeInline(kind, task))
}

/**
 * Judges in a thread of its own, one a task, so that the event loop goes on renewing locks and answering health checks.
 *
 * @param program The bundled program, which must call `runEvaluationThread()` when it is not the main thread. (Default: the running one)
 */
export const createThreadJudge =
  (program = process.argv[1] ?? ''): Judge =>
  async <Task extends Kind>(kind: Task, task: JudgeTask[Task]) => {
    const thread = new Worker(program, { workerData: { kind, task } satisfies Order })
    // A thread that is ended from outside says neither `message` nor `error`.
    const ended = once(thread, 'exit').then(([code]) => {
      throw new Error(`the evaluation thread ended with code ${String(code)} before it answered`)
    })
    try {
      // An error that the thread throws is emitted as `error`, which `once` turns into a rejection.
      const [answer] = (await Promise.race([once(thread, 'message'), ended])) as [JudgeAnswer[Task]]
      return answer
    } finally {
      ended.catch(() => {})
      await thread.terminate()
    }
  }
