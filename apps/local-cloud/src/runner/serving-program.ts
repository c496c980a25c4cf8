import { request } from 'node:http'
import { createServer } from 'node:net'
import type { Readable } from 'node:stream'
import { type ProgramStart, startProgram } from './start-program.ts'

/** An answer of a serving program. */
export interface ServingAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

/** What answers /ping and /invocations of a model. */
export interface ServingProgram {
  /** Resolves when /ping answers 200; rejects when it does not in time. */
  ready: Promise<void>
  /** Rejects when there is no answer in time or the connection breaks. */
  invoke(body: Buffer, headers: Record<string, string>, timeoutMs: number): Promise<ServingAnswer>
  /** Settings for batch transform, where the program has any. */
  get(path: string): Promise<ServingAnswer>
  stop(): Promise<void>
  /** SIGKILL, at once. */
  kill: () => void
  /** False for a scripted program, which never ends. */
  process: boolean
  /** Resolves when the program has ended, whyever. */
  ended: Promise<unknown>
}

export interface ServingStart extends Omit<ProgramStart, 'verb' | 'port' | 'arguments' | 'entrypoint'> {
  healthCheckTimeoutMs: number
}

const pingEveryMs = 50
const pingTimeoutMs = 2000
/** Between SIGTERM and SIGKILL. */
const graceMs = 30_000
const mostAnswerBytes = 64 << 20

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

const readAll = async (stream: Readable): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > mostAnswerBytes) throw new Error('the program answered with too much')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const call = (
  port: number,
  method: string,
  path: string,
  timeoutMs: number,
  body?: Buffer,
  headers?: Record<string, string>,
) =>
  new Promise<ServingAnswer>((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: { ...headers, 'content-length': body?.length ?? 0 },
        agent: false,
      },
      (res) => {
        readAll(res).then((bytes) => {
          clearTimeout(timer)
          resolve({ status: res.statusCode ?? 0, headers: res.headers, body: bytes })
        }, reject)
      },
    )
    const timer = setTimeout(() => sent.destroy(new Error('timed out')), timeoutMs)
    sent.once('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    sent.end(body)
  })

/** Starts a serving program on a free port of the loopback interface and waits for its first good ping. */
export const startServing = async (start: ServingStart): Promise<ServingProgram> => {
  const port = await freePort()
  const program = startProgram({ ...start, verb: 'serve', port })
  let gone = false
  const ended = program.ended.then(
    () => (gone = true),
    (error: unknown) => {
      gone = true
      start.onLine(error instanceof Error ? error.message : String(error))
    },
  )

  const awaitPing = async () => {
    const deadline = performance.now() + start.healthCheckTimeoutMs
    while (performance.now() < deadline) {
      if (gone) throw new Error('the program ended before it answered a ping')
      const answer = await call(port, 'GET', '/ping', pingTimeoutMs).catch(() => undefined)
      if (answer?.status === 200) return
      await new Promise((resolve) => setTimeout(resolve, pingEveryMs))
    }
    program.kill()
    throw new Error('the program did not answer a ping in time')
  }
  const ready = awaitPing()
  ready.catch(() => {})

  return {
    ready,
    invoke: (body, headers, timeoutMs) => call(port, 'POST', '/invocations', timeoutMs, body, headers),
    get: (path) => call(port, 'GET', path, pingTimeoutMs),
    process: true,
    ended,
    kill: program.kill,
    stop: async () => {
      program.terminate()
      const timer = setTimeout(program.kill, graceMs)
      await ended
      clearTimeout(timer)
    },
  }
}
