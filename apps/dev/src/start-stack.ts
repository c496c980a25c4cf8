import { existsSync, mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { childEnvironment } from './child-environment.ts'
import { type Keeper, startKeeper } from './keeper.ts'
import { type ManagedProcess, type ProcessDefinition, startProcess } from './managed-process.ts'
import { prepareRedis } from './prepare-redis.ts'
import { repositoryRoot } from './repository-root.ts'
import { removeKeys } from './remove-keys.ts'
import { makeRunFolder } from './run-folder.ts'
import { startRedis } from './start-redis.ts'

export const workerNames = ['split', 'train', 'tune', 'infer', 'report', 'control'] as const
export type WorkerName = (typeof workerNames)[number]

export interface StackOptions {
  /** Data and logs lie here. (Default: a new folder below .assay/) */
  runFolder?: string
  /** Processes of each worker. (Default: 1 of each) */
  workers?: Partial<Record<WorkerName, number>>
  /** Processes of the API. (Default: 1) */
  apis?: number
  /** Use this Redis, under a prefix of its own, instead of starting one. */
  redisUrl?: string
  /** Factor on our own waits. (Default: 0.1) */
  timeScale?: number
  /** More settings for the API and the workers. */
  env?: Readonly<Record<string, string>>
  /** More arguments for the local cloud. */
  cloudArgs?: readonly string[]
  /** A line for each thing that was started. */
  say?: (line: string) => void
}

export interface Stack {
  readonly runFolder: string
  readonly apiUrl: string
  /** One for each process of the API. */
  readonly apiUrls: readonly string[]
  readonly cloudUrl: string
  readonly redisUrl: string
  readonly redisPrefix: string
  readonly bucket: string
  /** Settings that reach these services from another process, as ASSAY_* variables. */
  readonly settings: Readonly<Record<string, string>>
  /** Names of all processes: redis, local-cloud, api, worker-infer-1, … */
  names: () => string[]
  process: (name: string) => ManagedProcess
  /** By default SIGKILL: as a crash would. Resolves when it has ended; other signals resolve at once. */
  kill: (name: string, signal?: NodeJS.Signals) => Promise<void>
  /** Starts what has ended again, at its old address with its old data. */
  restart: (name: string) => Promise<void>
  /** Stops everything; harmless when repeated. */
  stop: () => Promise<void>
}

const dist = (program: string): string => {
  const file = join(repositoryRoot, 'dist', `${program}.js`)
  if (!existsSync(file)) throw new Error(`${file} is missing; "npm run build" makes it`)
  return file
}

/** Starts Redis, the local cloud, the API and the workers, each a process of its own on a free loopback port. They end with this process, however it ends. */
export const startStack = async (options: StackOptions = {}): Promise<Stack> => {
  const {
    runFolder = makeRunFolder('stack'),
    workers = {},
    timeScale = 0.1,
    env = {},
    cloudArgs = [],
    apis = 1,
  } = options
  const say = options.say ?? (() => {})
  mkdirSync(join(runFolder, 'logs'), { recursive: true })
  const redisPrefix = `assay-${basename(runFolder)}`.replace(/[^A-Za-z0-9_-]/g, '-')
  const keeper = startKeeper()
  const running = new Map<string, ManagedProcess>()
  const definitions = new Map<string, ProcessDefinition>()
  /** Those whose end was asked for. */
  const asked = new Set<number>()
  const stopOnce = async () => {
    for (const { pid } of running.values()) asked.add(pid)
    await stopAll(running, keeper)
    if (options.redisUrl === undefined) return
    await removeKeys(options.redisUrl, redisPrefix).catch((error: Error) =>
      say(`keys under ${redisPrefix} stay in ${options.redisUrl}: ${error.message}`),
    )
  }
  let stopped: Promise<void> | undefined
  const stop = () => (stopped ??= stopOnce())
  const start = async (definition: ProcessDefinition): Promise<ManagedProcess> => {
    definitions.set(definition.name, definition)
    const process = await startProcess(definition, keeper)
    running.set(definition.name, process)
    watchEnd(process)
    return process
  }
  /** A process that ends unasked is said: without it the experiment would only stand still. */
  const watchEnd = ({ name, pid, ended }: ManagedProcess) => {
    void ended.then((how) => {
      if (!asked.has(pid)) say(`${name} ended unasked (${how}); see ${definitions.get(name)?.logFile}`)
    })
  }
  /** The address that a program's ready line names; the port is kept for a restart. */
  const startAt = async (definition: ProcessDefinition, withPort: (port: string) => Partial<ProcessDefinition>) => {
    const { ready } = await start(definition)
    const url = new URL(ready?.[1] ?? '')
    definitions.set(definition.name, { ...definition, ...withPort(url.port) })
    say(`${definition.name.padEnd(12)} ${url.origin}`)
    return url.origin
  }
  const definitionOf = (name: string, settings: Readonly<Record<string, string>>): ProcessDefinition => ({
    name,
    command: process.execPath,
    args: ['--enable-source-maps', dist(name.replace(/-\d+$/, ''))],
    env: childEnvironment(settings),
    cwd: runFolder,
    logFile: join(runFolder, 'logs', `${name}.log`),
  })

  const startOwnRedis = async (): Promise<string> => {
    const program = await prepareRedis(say)
    const redis = await startRedis(program, runFolder, keeper)
    running.set('redis', redis.process)
    definitions.set('redis', redis.definition)
    say(`redis        ${program.title} at ${redis.url}`)
    return redis.url
  }
  const startCloud = (): Promise<string> => {
    const definition = definitionOf('local-cloud', {})
    const args = (port: string) => [
      ...definition.args,
      '--port',
      port,
      '--data',
      join(runFolder, 'cloud'),
      ...cloudArgs,
    ]
    return startAt({ ...definition, args: args('0'), ready: /local cloud ready at (\S+)/ }, (port) => ({
      args: args(port),
    }))
  }

  try {
    const [redisUrl, cloudUrl] = await Promise.all([options.redisUrl ?? startOwnRedis(), startCloud()])
    const bucket = 'assay'
    const settings = {
      ASSAY_CLOUD_URL: cloudUrl,
      ASSAY_REDIS_URL: redisUrl,
      ASSAY_REDIS_PREFIX: redisPrefix,
      ASSAY_BUCKET: bucket,
      ASSAY_TIME_SCALE: String(timeScale),
      ...env,
    }
    const startApi = (name: string): Promise<string> => {
      const api = definitionOf(name, { ...settings, ASSAY_PORT: '0' })
      return startAt({ ...api, ready: /api ready at (\S+)/ }, (port) => ({ env: { ...api.env, ASSAY_PORT: port } }))
    }
    const apiNames = ['api', ...Array.from({ length: apis - 1 }, (_, index) => `api-${index + 2}`)]
    const workerProcesses = workerNames.flatMap((name) =>
      Array.from({ length: workers[name] ?? 1 }, (_, index) => `worker-${name}-${index + 1}`),
    )
    const [apiUrls] = await Promise.all([
      Promise.all(apiNames.map(startApi)),
      ...workerProcesses.map((name) => start(definitionOf(name, settings))),
    ])
    say(`workers      ${workerNames.map((name) => `${name} ×${workers[name] ?? 1}`).join(', ')}`)
    const processNamed = (name: string): ManagedProcess => {
      const found = running.get(name)
      if (!found) throw new Error(`there is no process "${name}"; there are ${[...running.keys()].join(', ')}`)
      return found
    }
    return {
      runFolder,
      apiUrl: apiUrls[0] ?? '',
      apiUrls,
      cloudUrl,
      redisUrl,
      redisPrefix,
      bucket,
      settings,
      names: () => [...running.keys()],
      process: processNamed,
      kill: async (name, signal = 'SIGKILL') => {
        const target = processNamed(name)
        asked.add(target.pid)
        target.signal(signal)
        if (signal === 'SIGKILL') await target.ended
      },
      restart: async (name) => {
        const old = processNamed(name)
        asked.add(old.pid)
        await old.stop()
        const definition = definitions.get(name)
        if (definition) await start(definition)
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** What takes work first, what keeps it last. */
const stopAll = async (running: Map<string, ManagedProcess>, keeper: Keeper): Promise<void> => {
  const isKept = (name: string) => name === 'redis' || name === 'local-cloud'
  await Promise.all([...running.values()].filter(({ name }) => !isKept(name)).map((process) => process.stop()))
  await Promise.all([...running.values()].filter(({ name }) => isKept(name)).map((process) => process.stop()))
  keeper.stop()
}
