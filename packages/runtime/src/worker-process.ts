import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { callsPerSecond, classifyError, type CloudClients, createCloudClients } from '@assay/cloud'
import { bucketOwners, type Config, ConfigError, loadConfig, type ProcessName } from '@assay/config'
import { type BulkStore, createBulkStore, createLedger, type Ledger } from '@assay/ledger'
import {
  createAdvance,
  createRunStage,
  createTiming,
  type ExperimentRecord,
  foldExperiment,
  type Handlers,
  type Later,
  type Log,
  type Timing,
} from '@assay/pipeline'
import {
  assertNoEviction,
  connectFailFast,
  connectPatient,
  createCallLimiter,
  createLive,
  createNotes,
  createQueues,
  type Live,
  type QueueName,
  type Queues,
  startWorker,
} from '@assay/queue'
import type { Redis } from 'ioredis'
import pino, { type Logger } from 'pino'
import { armClients, armQueues } from './arm-crash-points.ts'
import { type CrashPoints, createCrashPoints, noCrashPoints } from './crash-points.ts'
import { openBucket } from './open-bucket.ts'

/** What a worker's handlers are made from. */
export interface WorkerContext {
  clients: CloudClients
  redis: Redis
  redisPrefix: string
  ledger: Ledger
  bulk: BulkStore
  queues: Queues
  live: Live
  timing: Timing
  log: Logger
  bucket: string
  region: string
  roleArn: string
  loadExperiment: (experimentId: string) => Promise<ExperimentRecord | undefined>
  advance: (experimentId: string) => Promise<void>
}

export interface WorkerParts {
  handlers: Handlers
  /** `crashes`: deliveries in a row whose worker died over the check. */
  checkDataset?: (datasetId: string, crashes: number) => Promise<Later | undefined>
  /** Runs beside the queue until the signal; the control worker's reconciler. */
  background?: (signal: AbortSignal) => Promise<void>
}

type WorkerName = Exclude<ProcessName, 'api'>

const GRACE_MS = 15_000
/** From SIGTERM on, with everything that hangs. */
const GONE_WITHIN_MS = 19_000
const BACKGROUND_GRACE_MS = 1_000
/** No job waits longer than this by its own will, even at a time scale of 1; a job due later than that is stuck. */
const LONGEST_WAIT_MS = 45 * 60_000

/** Prints what is wrong with the settings and ends the process, instead of a stack trace. */
export const configOrExit = <Name extends ProcessName>(name: Name): Config<Name> => {
  try {
    return loadConfig(name, process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    return process.exit(2)
  }
}

/** `worker-train@host-1-abc` is a `worker-train`. */
const kindOf = (name: string) => name.replace(/@.*$/, '')

const createLog = (level: string, worker: string) =>
  pino({ level, base: { worker }, redact: ['*.secretAccessKey', '*.authorization', '*.headers.authorization'] })

const serveHealth = (port: number | undefined) => {
  if (port === undefined) return undefined
  const server = createServer((_request, response) => response.end('{"status":"ok"}'))
  server.listen(port)
  return server
}

/** Retries the first contact for as long as it takes: a worker may start before Redis and the cloud do. */
const patiently = async <Result>(log: Log, what: string, attempt: () => Promise<Result>): Promise<Result> => {
  for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 5_000)) {
    try {
      return await attempt()
    } catch (error) {
      if (classifyError(error).kind !== 'wait') throw error
      log.warn({ err: error, what }, 'not reachable yet')
      await sleep(waitMs)
    }
  }
}

/** Opens everything a process needs; the API and the workers share it. */
export const openContext = async (
  config: Config<'worker-train'> | Config<'api'>,
  name: string,
  { failFast }: { failFast: boolean },
): Promise<WorkerContext & { crashPoints: CrashPoints; close: () => Promise<void> }> => {
  const log = createLog(config.LOG_LEVEL, name)
  const crashPoints =
    config.CRASH_POINTS === undefined ? noCrashPoints : createCrashPoints(config.CRASH_POINTS, kindOf(name))
  const redis = failFast ? connectFailFast(config.REDIS_URL) : connectPatient(config.REDIS_URL)
  const owners = bucketOwners(config)
  const clients = createCloudClients({
    region: config.REGION,
    bucketOwners: owners,
    admit: createCallLimiter({
      redis,
      prefix: config.REDIS_PREFIX,
      perSecond: (action) => callsPerSecond(action) / config.TIME_SCALE,
    }),
    ...(config.CLOUD_URL === undefined ? {} : { cloudUrl: config.CLOUD_URL }),
  })
  if (crashPoints !== noCrashPoints) armClients(clients, crashPoints)
  const { s3 } = clients
  const bucket = config.BUCKET
  await patiently(log, 'S3', () => openBucket(clients, bucket, owners.get(bucket)))
  const ledger = await patiently(log, 'S3', () => createLedger({ s3, bucket, environment: clients.environment }))
  const bulk = createBulkStore({ s3, bucket })
  await patiently(log, 'Redis', () => assertNoEviction(redis))
  const timing = createTiming(config.TIME_SCALE)
  const queues = armQueues(
    createQueues({ redis, prefix: config.REDIS_PREFIX, longestWaitMs: LONGEST_WAIT_MS }),
    crashPoints,
  )
  const live = createLive(redis, config.REDIS_PREFIX)
  const notes = createNotes(redis, config.REDIS_PREFIX)
  const loadExperiment = async (experimentId: string) => foldExperiment(await ledger.documents(experimentId))
  const advanceStages = createAdvance({
    loadExperiment,
    recordOutcome: ledger.recordOutcome,
    beginAttempt: ledger.beginAttempt,
    ensure: queues.ensure,
    note: (experimentId, stages) => (stages ? notes.write(experimentId, stages) : notes.remove(experimentId)),
    open: ledger.open,
    close: ledger.close,
    changed: live.changed,
    now: () => new Date(),
  })
  const advance = async (experimentId: string) => {
    await advanceStages(experimentId)
  }
  return {
    clients,
    ledger,
    bulk,
    queues,
    live,
    timing,
    log,
    bucket,
    region: config.REGION,
    roleArn: config.ROLE_ARN,
    loadExperiment,
    advance,
    redis,
    redisPrefix: config.REDIS_PREFIX,
    crashPoints,
    close: async () => {
      await queues.close().catch(() => {})
      redis.disconnect()
      clients.destroy()
    },
  }
}

/** The whole of a worker's main.ts: runs a queue's handlers until SIGTERM or SIGINT. */
export const runWorker = async (
  name: WorkerName,
  queue: QueueName,
  makeParts: (context: WorkerContext) => WorkerParts | Promise<WorkerParts>,
): Promise<void> => {
  const config = configOrExit(name)
  const workerId = `${name}@${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`
  const context = await openContext(config, workerId, { failFast: false })
  const { handlers, checkDataset, background } = await makeParts(context)
  const stopped = new AbortController()
  const { around, within } = context.crashPoints
  const runStage = createRunStage({
    handlers,
    loadExperiment: context.loadExperiment,
    recordOutcome: context.ledger.recordOutcome,
    advance: context.advance,
    classify: classifyError,
    timing: context.timing,
  })
  const worker = startWorker({
    queue,
    redis: context.redis,
    prefix: config.REDIS_PREFIX,
    concurrency: config.CONCURRENCY,
    timing: context.timing,
    live: context.live,
    log: context.log,
    workerId,
    around,
    runStage: (delivery, stageContext) => within(delivery.ref.stage, () => runStage(delivery, stageContext)),
    ...(checkDataset ? { checkDataset } : {}),
  })
  const health = serveHealth(config.HEALTH_PORT)
  const running = background?.(stopped.signal)
  process.stdout.write(`${name} ready\n`)
  const asked = new Promise<undefined>((resolve) => {
    process.once('SIGTERM', () => resolve(undefined))
    process.once('SIGINT', () => resolve(undefined))
  })
  const stuck = await Promise.race([asked, worker.stuck])
  // Whoever looks after the process starts it again.
  if (stuck !== undefined) context.log.error({ stuck }, 'worker fetches no jobs any more and ends')
  const code = stuck === undefined ? 0 : 1
  // Whatever does not come to an end, be it for Redis's sake, is run again elsewhere.
  setTimeout(() => process.exit(code), GONE_WITHIN_MS).unref()
  stopped.abort()
  await worker.stop(GRACE_MS)
  // While Redis is away a background pass may never end.
  await Promise.race([running?.catch(() => {}), sleep(BACKGROUND_GRACE_MS)])
  health?.close()
  await context.close()
  process.exit(code)
}
