import { request } from 'node:http'
import { createServer } from 'node:net'
import type { Readable } from 'node:stream'
import { programEnv } from './program-env.ts'
import type { ProcessRecords } from './process-records.ts'
import { supervise } from './supervise.ts'

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

export interface ServingStart {
  argv: string[]
  baseDir: string
  region: string
  environment: Record<string, string>
  healthCheckTimeoutMs: number
  onLine: (line: string) => void
  records: ProcessRecords
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
  const program = supervise({
    argv: start.argv,
    cwd: start.baseDir,
    env: programEnv(start.baseDir, start.region, { ...start.environment, SAGEMAKER_BIND_TO_PORT: String(port) }),
    onLine: start.onLine,
    records: start.records,
  })
  let gone = false
  void program.ended.then(() => (gone = true))

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
    ended: program.ended,
    kill: program.kill,
    stop: async () => {
      program.terminate()
      const timer = setTimeout(program.kill, graceMs)
      await program.ended
      clearTimeout(timer)
    },
  }
}
