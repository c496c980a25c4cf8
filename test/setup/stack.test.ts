import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import {
  makeRunFolder,
  prepareRedis,
  repositoryRoot,
  type Stack,
  startKeeper,
  startRedis,
  startStack,
} from '@assay/dev'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, test } from 'vitest'
import { processesOf } from './leftovers.ts'

const onLinux = process.platform === 'linux'
const started: { stop: () => Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.stop()))
})
const aStack = async (options: Parameters<typeof startStack>[0] = {}): Promise<Stack> => {
  const stack = await startStack({ runFolder: makeRunFolder('test'), ...options })
  started.push(stack)
  return stack
}
const statusOf = async (url: string) => (await fetch(`${url}/readyz`)).status

describe('two stacks side by side', () => {
  test('answer each at an address of their own, and one goes on when the other stops', async () => {
    const [one, two] = await Promise.all([aStack(), aStack()])
    const addresses = [one, two].flatMap(({ apiUrl, cloudUrl, redisUrl }) => [apiUrl, cloudUrl, redisUrl])
    expect(new Set(addresses).size).toBe(6)
    expect([await statusOf(one.apiUrl), await statusOf(two.apiUrl)]).toEqual([200, 200])
    await one.stop()
    expect(processesOf(one.runFolder)).toEqual([])
    expect(await statusOf(two.apiUrl)).toBe(200)
  })
})

test.skipIf(!onLinux)('no process of a stack has settings of AWS, whatever the caller has', async () => {
  process.env['AWS_PROFILE'] = 'production'
  try {
    const { runFolder, names } = await aStack()
    const processes = processesOf(runFolder)
    expect(processes.length).toBeGreaterThanOrEqual(names().length - 1)
    for (const { environment } of processes) expect(environment.filter((line) => line.startsWith('AWS_'))).toEqual([])
  } finally {
    delete process.env['AWS_PROFILE']
  }
})

test('a killed process starts again at its old address', async () => {
  const stack = await aStack()
  await stack.kill('api')
  await expect(fetch(`${stack.apiUrl}/readyz`)).rejects.toThrow('fetch failed')
  await stack.restart('api')
  expect(await statusOf(stack.apiUrl)).toBe(200)
})

test('in a Redis of somebody else only keys under our prefix are written, and they go with us', async () => {
  const folder = makeRunFolder('test')
  const keeper = startKeeper()
  const theirs = await startRedis(await prepareRedis(() => {}), folder, keeper)
  const redis = new Redis(theirs.url)
  try {
    await redis.set('theirs', 'kept')
    const stack = await aStack({ redisUrl: theirs.url })
    await fetch(`${stack.apiUrl}/v1/datasets`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'empty', upload: true }),
    })
    const keys = (await redis.keys('*')).filter((key) => key !== 'theirs')
    expect(keys.length).toBeGreaterThan(0)
    expect(keys.filter((key) => !key.startsWith(`${stack.redisPrefix}:`))).toEqual([])
    expect(stack.names()).not.toContain('redis')
    await stack.stop()
    expect(await redis.keys('*')).toEqual(['theirs'])
  } finally {
    redis.disconnect()
    await theirs.process.stop()
    keeper.stop()
  }
})

test.skipIf(!onLinux)('every process ends when the one that started them is killed', async () => {
  const program = join(repositoryRoot, 'dist/dev.js')
  expect(existsSync(program)).toBe(true)
  const parent = spawn(process.execPath, [program, 'demo', '--quick'], { stdio: ['ignore', 'pipe', 'inherit'] })
  let runFolder = ''
  for await (const line of createInterface({ input: parent.stdout })) {
    runFolder ||= /^run +(\S+)/.exec(line)?.[1] ?? ''
    // Work has begun: there are endpoints and trainings besides the services.
    if (/ train +/.test(line)) break
  }
  expect(runFolder).not.toBe('')
  expect(processesOf(runFolder).length).toBeGreaterThanOrEqual(9)
  parent.kill('SIGKILL')
  await expect.poll(() => processesOf(runFolder), { timeout: 15_000 }).toEqual([])
})
