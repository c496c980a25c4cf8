import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { addFolder, checkedDataset, createClient, followExperiment } from '@assay/client'
import { processes } from '@assay/config'
import {
  childEnvironment,
  freePort,
  type Keeper,
  makeRunFolder,
  makeSteelDefects,
  type ManagedProcess,
  prepareRedis,
  repositoryRoot,
  startKeeper,
  startProcess,
} from '@assay/dev'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ComposeService, composeServices } from './compose-services.ts'

const run = promisify(execFile)
const bin = (name: string) => join(repositoryRoot, 'apps/dev/bin', name)

test('there is a service for every process', () => {
  const roles = composeServices({})
    .filter(({ image }) => image === 'assay')
    .map(({ command }) => command[0])
  expect(roles).toEqual(expect.arrayContaining(['api', 'local-cloud', ...Object.keys(processes)]))
})

test.skipIf(spawnSync('docker-compose', ['version']).status !== 0)('docker-compose accepts the file', () => {
  const { status, stderr } = spawnSync('docker-compose', ['--profile', 'local', 'config', '--quiet'], {
    cwd: repositoryRoot,
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})

test('what the image copies is there, and the programs that it runs too', () => {
  const dockerfile = readFileSync(join(repositoryRoot, 'Dockerfile'), 'utf8')
  const copied = [...dockerfile.matchAll(/--from=build (.+) \S+$/gm)].flatMap(([, paths = '']) => paths.split(' '))
  expect(copied.length).toBeGreaterThan(5)
  expect(copied.filter((path) => !existsSync(path.replace('/assay', repositoryRoot)))).toEqual([])
})

describe('the services, each started with its exact command and environment, addresses replaced', () => {
  const folder = makeRunFolder('compose')
  const key = 'a-key-for-the-test'
  const running = new Map<string, ManagedProcess>()
  let keeper: Keeper
  let apiUrl = ''

  const start = async (
    { name, command, environment }: ComposeService,
    replaced: Readonly<Record<string, string>>,
    ready: RegExp,
    args: readonly string[] = command,
  ) => {
    const started = await startProcess(
      {
        name,
        command: process.execPath,
        args: [bin('role.mjs'), ...args],
        // What is replaced must be there: the file's own setting, not one that we add.
        env: childEnvironment({ ...environment, ...pick(replaced, Object.keys(environment)) }),
        cwd: folder,
        logFile: join(folder, 'logs', `${name}.log`),
        ready,
      },
      keeper,
    )
    running.set(name, started)
    return started
  }

  beforeAll(async () => {
    keeper = startKeeper()
    mkdirSync(join(folder, 'redis'))
    const keysFile = join(folder, 'api-keys.txt')
    writeFileSync(keysFile, `${createHash('sha256').update(key).digest('hex')}\n`)
    const services = composeServices({ ASSAY_TIME_SCALE: '0.1', ASSAY_CLOUD_URL: 'http://127.0.0.1:4599' })
    const named = (name: string) => {
      const found = services.find((service) => service.name === name)
      if (!found) throw new Error(`docker-compose.yml has no service ${name}`)
      return found
    }

    const redis = await prepareRedis(() => {})
    const [, ...redisArgs] = named('redis').command
    const redisPort = await freePort()
    running.set(
      'redis',
      await startProcess(
        {
          name: 'redis',
          command: redis.command,
          args: [...redisArgs, '--port', String(redisPort), '--dir', join(folder, 'redis')],
          env: childEnvironment({ ...redis.env }),
          logFile: join(folder, 'logs/redis.log'),
          ready: /ready to accept connections/i,
        },
        keeper,
      ),
    )
    const cloudArgs = named('local-cloud').command.map((arg) =>
      arg === '4599' ? '0' : arg === '/data' ? join(folder, 'cloud') : arg,
    )
    const cloud = await start(named('local-cloud'), {}, /ready at (\S+)/, cloudArgs)
    const replaced = {
      ASSAY_REDIS_URL: `redis://127.0.0.1:${redisPort}`,
      ASSAY_CLOUD_URL: cloud.ready?.[1] ?? '',
      ASSAY_API_KEYS_FILE: keysFile,
      ASSAY_PORT: '0',
    }
    const api = await start(named('api'), replaced, /api ready at http:\/\/0\.0\.0\.0:(\d+)/)
    apiUrl = `http://127.0.0.1:${api.ready?.[1]}`
    const workers = services.filter(({ command }) => command[0]?.startsWith('worker-'))
    await Promise.all(workers.map((service) => start(service, replaced, /worker-\w+ ready/)))
  })
  afterAll(async () => {
    await Promise.all([...running.values()].map((one) => one.stop()))
    keeper.stop()
  })

  test('without a key nothing is answered', async () => {
    expect((await fetch(`${apiUrl}/v1/experiments`)).status).toBe(401)
  })

  test('a quick experiment passes', async () => {
    const client = createClient({ url: apiUrl, apiKey: key })
    const images = join(folder, 'images')
    await makeSteelDefects({ folder: images, images: 60, seed: 1 })
    const { id } = await addFolder(client, images, { name: 'compose' })
    expect((await checkedDataset(client, id)).check?.faults.first).toEqual([])
    const hyperparameters = { epochs: 1, mini_batch_size: 8 }
    const spec = {
      name: 'compose',
      dataset: id,
      approaches: [{ id: 'type-1', recipe: 'sagemaker-object-detection', hyperparameters }],
    }
    const view = await followExperiment(client, await client.submit(spec, 'compose'), () => {})
    expect(view).toMatchObject({ state: 'succeeded', outcome: { cleanup: { remaining: [] } } })
  })

  test.skipIf(process.platform !== 'linux')(
    'the health check finds each process at its own port, and a frozen one unhealthy',
    async () => {
      const check = async (name: string) =>
        run(process.execPath, [bin('health-check.mjs'), String(running.get(name)?.pid)]).then(
          () => 'healthy',
          () => 'unhealthy',
        )
      expect(await Promise.all(['api', 'infer', 'control'].map(check))).toEqual(['healthy', 'healthy', 'healthy'])
      running.get('infer')?.signal('SIGSTOP')
      expect(await check('infer')).toBe('unhealthy')
      running.get('infer')?.signal('SIGCONT')
    },
  )

  test('every program ends by itself on SIGTERM', async () => {
    const programs = [...running.values()].filter(({ name }) => name !== 'redis' && name !== 'local-cloud')
    for (const program of programs) program.signal('SIGTERM')
    const ends = await Promise.all(programs.map(async ({ name, ended }) => [name, await ended]))
    expect(ends).toEqual(programs.map(({ name }) => [name, 'code 0']))
  })
})

const pick = (from: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)))
