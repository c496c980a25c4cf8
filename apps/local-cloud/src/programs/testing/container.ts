import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A folder that stands for /opt/ml, and programs run in it. */
export interface Container {
  base: string
  write: (path: string, content: Uint8Array | string) => void
  hyperparameters: (values: Record<string, string>) => void
  /** Runs `train`; with `stopAt`, sends SIGTERM when a line holds it. */
  train: (program: string, stopAt?: string) => Promise<{ exitCode: number | null; log: string; failure: string }>
  /** Runs `serve` until `use` is done with it; then its exit code after SIGTERM. */
  serve: (
    program: string,
    environment: Record<string, string>,
    use: (invoke: Invoke) => Promise<void>,
  ) => Promise<number | null>
  remove: () => void
}

type Invoke = (
  body: Uint8Array | string,
  headers: Record<string, string>,
) => Promise<{ status: number; contentType: string | null; text: string }>

/** `interpreter`: what runs the programs. (Default: this Node.js) */
export const createContainer = (interpreter = process.execPath): Container => {
  const base = mkdtempSync(join(tmpdir(), 'assay-container-'))
  // As deep as the folder of a job can lie: the name of a socket in it would be too long.
  const temporary = join(base, 'tmp'.repeat(30))
  mkdirSync(temporary)
  const start = (program: string, command: string, environment: Record<string, string>): ChildProcess =>
    spawn(interpreter, [program, command], {
      cwd: base,
      env: {
        PATH: process.env['PATH'],
        OMP_NUM_THREADS: '1',
        TMPDIR: temporary,
        ...environment,
        SAGEMAKER_BASE_DIR: base,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  const write = (path: string, content: Uint8Array | string) => {
    mkdirSync(dirname(join(base, path)), { recursive: true })
    writeFileSync(join(base, path), content)
  }
  return {
    base,
    write,
    hyperparameters: (values) => write('input/config/hyperparameters.json', JSON.stringify(values)),
    train: async (program, stopAt) => {
      const child = start(program, 'train', {})
      let log = ''
      let asked = false
      const collect = (chunk: Buffer) => {
        log += chunk.toString()
        // Once: a second one could meet the process after it has given up its handlers, on its way out.
        if (asked || stopAt === undefined || !log.includes(stopAt)) return
        asked = child.kill('SIGTERM')
      }
      child.stdout?.on('data', collect)
      child.stderr?.on('data', collect)
      const [exitCode] = (await once(child, 'close')) as [number | null]
      const failure = join(base, 'output/failure')
      return { exitCode, log, failure: existsSync(failure) ? readFileSync(failure, 'utf8') : '' }
    },
    serve: async (program, environment, use) => {
      const port = await freePort()
      const child = start(program, 'serve', { ...environment, SAGEMAKER_BIND_TO_PORT: String(port) })
      const ended = once(child, 'close') as Promise<[number | null]>
      const url = `http://127.0.0.1:${port}`
      try {
        await untilHealthy(child, `${url}/ping`)
        await use(async (body, headers) => {
          const answer = await fetch(`${url}/invocations`, { method: 'POST', body: Buffer.from(body), headers })
          return { status: answer.status, contentType: answer.headers.get('content-type'), text: await answer.text() }
        })
      } finally {
        child.kill('SIGTERM')
      }
      return (await ended)[0]
    },
    remove: () => rmSync(base, { recursive: true, force: true }),
  }
}

const untilHealthy = async (child: ChildProcess, url: string): Promise<void> => {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`serve ended with exit code ${child.exitCode}`)
    try {
      if ((await fetch(url)).ok) return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
  }
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return address.port
}
