import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openProcessRecords } from './process-records.ts'
import { supervise } from './supervise.ts'

vi.setConfig({ testTimeout: 30_000 })

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supervise-'))
})
afterEach(async () => rm(folder, { recursive: true, force: true }))

const start = (script: string) => {
  const lines: string[] = []
  const program = supervise({
    argv: [process.execPath, '-e', script],
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', SAGEMAKER_BASE_DIR: folder },
    onLine: (line) => lines.push(line),
    records: openProcessRecords(join(folder, 'processes')),
  })
  return { ...program, lines }
}

test('exit code and lines of both streams arrive, the last line without its end too', async () => {
  const { ended, lines } = start(
    'console.log("one"); console.error("two"); process.stdout.write("three"); process.exitCode = 7',
  )
  expect(await ended).toEqual({ exitCode: 7, signal: null })
  expect(lines.toSorted()).toEqual(['one', 'three', 'two'])
  expect(readdirSync(join(folder, 'processes'))).toEqual([])
})

const until = async (condition: () => boolean) => {
  const deadline = performance.now() + 10_000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('it did not come about')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('SIGTERM reaches the program, which ends as it likes', async () => {
  const { ended, terminate, lines } = start(
    'process.on("SIGTERM", () => { console.log("asked"); process.exit(0) }); setInterval(() => {}, 1e3); console.log("up")',
  )
  await until(() => lines.includes('up'))
  terminate()
  expect(await ended).toEqual({ exitCode: 0, signal: null })
  expect(lines).toEqual(['up', 'asked'])
})

test('a command that is not there ends with 127', async () => {
  const lines: string[] = []
  const { ended } = supervise({
    argv: ['/no/such/program'],
    cwd: folder,
    env: {},
    onLine: (line) => lines.push(line),
    records: openProcessRecords(join(folder, 'processes')),
  })
  expect((await ended).exitCode).toBe(127)
  expect(lines.join('\n')).toContain('/no/such/program')
})

/** Processes that carry this test's folder in their environment. */
const marked = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`SAGEMAKER_BASE_DIR=${folder}`)
      } catch {
        return false
      }
    })
    .map(Number)

test.skipIf(!existsSync('/proc/self/environ'))(
  'SIGKILL of the parent takes the program and its descendants along',
  async () => {
    const parent = join(folder, 'parent.mjs')
    await writeFile(
      join(folder, 'entry.ts'),
      `import { supervise } from ${JSON.stringify(fileURLToPath(new URL('./supervise.ts', import.meta.url)))}
     supervise({
       argv: ['/bin/sh', '-c', 'sleep 600 & setsid sleep 600 & echo up; sleep 600'],
       cwd: '/',
       env: { PATH: process.env.PATH, SAGEMAKER_BASE_DIR: ${JSON.stringify(folder)} },
       onLine: (line) => console.log(line),
       records: { add() {}, remove() {} },
     })`,
    )
    await build({
      entryPoints: [join(folder, 'entry.ts')],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: parent,
    })
    const child = spawn(process.execPath, [parent], { stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    expect(marked().length).toBeGreaterThanOrEqual(4)
    child.kill('SIGKILL')
    await until(() => marked().length === 0)
  },
)

test.skipIf(!existsSync('/proc/self/environ')).each([
  ['ends', (program: ReturnType<typeof start>) => program.terminate()],
  ['is killed', (program: ReturnType<typeof start>) => program.kill()],
])('a program that %s takes along what it started in a session of its own', async (_, end) => {
  const program = start(
    'require("child_process").spawn("sleep", ["600"], { detached: true, stdio: "ignore" }); setInterval(() => {}, 1e3); console.log("up")',
  )
  await until(() => program.lines.includes('up'))
  end(program)
  await program.ended
  await expect.poll(marked).toEqual([])
})

test.skipIf(!existsSync('/proc/self/stat'))('what a former life left running is killed', async () => {
  const left = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' })
  const ended = new Promise((resolve) => left.once('exit', (_, signal) => resolve(signal)))
  openProcessRecords(join(folder, 'processes')).add(left.pid ?? 0)
  expect(openProcessRecords(join(folder, 'processes')).killLeftOvers()).toBe(1)
  expect(await ended).toBe('SIGKILL')
})
