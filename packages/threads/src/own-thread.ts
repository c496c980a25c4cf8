import { once } from 'node:events'
import { parentPort, Worker, workerData } from 'node:worker_threads'

/**
 * Hands an order to a thread of its own, one an order, so that the event loop goes on serving; answers what the thread answered. Both are copied by
 * structured clone: an error keeps its message and loses its class.
 *
 * @param program The bundled program, which must call `answerAsThread` when it is not the main thread. (Default: the running one)
 */
export const inOwnThread = async (order: unknown, program = process.argv[1] ?? ''): Promise<unknown> => {
  const thread = new Worker(program, { workerData: order })
  // A thread that is ended from outside says neither `message` nor `error`.
  const ended = once(thread, 'exit').then(([code]) => {
    throw new Error(`the thread ended with code ${String(code)} before it answered`)
  })
  try {
    // An error that the thread throws is emitted as `error`, which `once` turns into a rejection.
    const [answer] = (await Promise.race([once(thread, 'message'), ended])) as [unknown]
    return answer
  } finally {
    ended.catch(() => {})
    await thread.terminate()
  }
}

/** What `main.ts` does when it finds itself started as a thread: one order, one answer, end. */
export const answerAsThread = async (answer: (order: unknown) => unknown): Promise<void> => {
  parentPort?.postMessage(await answer(workerData))
}
