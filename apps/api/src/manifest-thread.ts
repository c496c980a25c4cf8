import { answerAsThread, inOwnThread } from '@assay/threads'
import { type ManifestAnswer, type ManifestTask, workOnManifest } from './manifest-work.ts'

interface Order {
  kind: keyof ManifestTask
  bytes: Uint8Array
  task: ManifestTask[keyof ManifestTask]
}

/** What `main.ts` does when it finds itself started as a thread. */
export const runManifestThread = (): Promise<void> =>
  answerAsThread((order) => {
    const { kind, bytes, task } = order as Order
    return workOnManifest(kind, bytes, task)
  })

/** Does the same in a thread of its own, one after the other: each holds a whole manifest. */
export const createManifestThread = () => {
  let last: Promise<unknown> = Promise.resolve()
  return async <Kind extends keyof ManifestTask>(
    kind: Kind,
    readBytes: () => Promise<Uint8Array>,
    task: ManifestTask[Kind],
  ): Promise<ManifestAnswer[Kind]> => {
    const answer = last.then(
      async () => (await inOwnThread({ kind, bytes: await readBytes(), task } satisfies Order)) as ManifestAnswer[Kind],
    )
    last = answer.catch(() => {})
    return answer
  }
}
