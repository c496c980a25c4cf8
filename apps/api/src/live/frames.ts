/** One event of a stream, or what is sent when nothing came for a while. */
export interface Frame {
  id?: string
  /** JSON; one line. */
  data: unknown
  event?: string
  /** Nothing follows. */
  last: boolean
}

export interface FrameOptions {
  /** How long nothing may come before `whenIdle` is asked. */
  idleMs: number
  /** What to send then; nothing means a comment that keeps the connection open. */
  whenIdle: () => Promise<Frame | undefined>
  signal: AbortSignal
}

const text = ({ id, event, data }: Frame) =>
  `${id === undefined ? '' : `id: ${id}\n`}${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`

const idle = Symbol('idle')

/** The result, or `idle` after a time or when the signal is aborted. The promise stays as it is. */
const within = async <Result>(
  promise: Promise<Result>,
  ms: number,
  signal: AbortSignal,
): Promise<Result | typeof idle> => {
  let stop = () => {}
  const pause = new Promise<typeof idle>((resolve) => {
    const timer = setTimeout(resolve, ms, idle)
    const abort = () => resolve(idle)
    signal.addEventListener('abort', abort, { once: true })
    stop = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    }
  })
  try {
    return await Promise.race([promise, pause])
  } finally {
    stop()
  }
}

/** Server-sent events as text. One event is asked for at a time, so a slow reader holds its source back instead of filling memory. */
export async function* toEventStream(
  frames: AsyncIterable<Frame>,
  { idleMs, whenIdle, signal }: FrameOptions,
): AsyncGenerator<string, void, void> {
  yield 'retry: 3000\n\n'
  const iterator = frames[Symbol.asyncIterator]()
  let next = iterator.next()
  // Lest a source that fails after the reader has gone is an unhandled rejection.
  next.catch(() => {})
  while (!signal.aborted) {
    const met = await within(next, idleMs, signal)
    if (signal.aborted) return
    if (met === idle) {
      const frame = await whenIdle()
      yield frame ? text(frame) : ': still here\n\n'
      if (frame?.last) return
      continue
    }
    if (met.done) return
    yield text(met.value)
    if (met.value.last) return
    next = iterator.next()
    next.catch(() => {})
  }
}
