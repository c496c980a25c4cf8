import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { unavailable } from '../map-error.ts'
import { type Frame, type FrameOptions, toEventStream } from './frames.ts'

/** Streams that one process holds open at most. */
const maxStreams = 1000
let openStreams = 0

/** Sends frames until one says that it is the last, the reader goes, or the process stops. The source gets a signal that ends with the reader. */
export const sendEventStream = (
  request: FastifyRequest,
  reply: FastifyReply,
  source: (signal: AbortSignal) => AsyncIterable<Frame>,
  { idleMs, whenIdle }: Omit<FrameOptions, 'signal'>,
): FastifyReply => {
  if (openStreams >= maxStreams) throw unavailable(`${maxStreams} event streams are open already`)
  const gone = new AbortController()
  const signal = AbortSignal.any([gone.signal, request.server.stopping])
  const logged = async function* () {
    try {
      yield* toEventStream(source(signal), { idleMs, whenIdle, signal })
    } catch (error) {
      // The head is sent: all that is left is to end, and the reader comes back with Last-Event-ID.
      if (!signal.aborted) request.log.warn({ err: error }, 'event stream broke off')
    }
  }
  openStreams += 1
  const stream = Readable.from(logged(), { objectMode: false, highWaterMark: 16_384 })
  // The reader's going, not the stream's close: that waits for the source, which may be silent for long.
  reply.raw.once('close', () => {
    openStreams -= 1
    gone.abort()
  })
  return reply
    .headers({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      // Kept alive, it would hold up the end of the process once its stream has ended.
      connection: 'close',
    })
    .send(stream)
}
