import { FilterLogEventsCommand, ResourceNotFoundException } from '@aws-sdk/client-cloudwatch-logs'
import { HeadBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { sweepOrphans } from '@assay/cleanup'
import { findBucket, resourceName } from '@assay/cloud'
import type { Config } from '@assay/config'
import { viewExperiment } from '@assay/pipeline'
import { checkApproach, checkWarmStart, createRecipes, loadPresets, recipeOf } from '@assay/recipes'
import { openContext, type WorkerContext } from '@assay/runtime'
import { beginRetry } from './begin-retry.ts'
import type { ApiContext, LocationState } from './context.ts'
import { createEvents } from './live/experiment-events.ts'
import { createLiveTrials } from './live/live-trials.ts'
import { createMeter } from './meter.ts'
import { createPlanning } from './planning.ts'
import { createSources } from './sources.ts'

const URL_LIVES_SECONDS = 3_600

const partsOf = (uri: string) => {
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? []
  return { bucket, prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/` }
}

const createLogs =
  ({ clients, loadExperiment }: Pick<WorkerContext, 'clients' | 'loadExperiment'>): ApiContext['logs'] =>
  async (experimentId, approachId, jobName, { limit, nextToken }) => {
    const approach = (await loadExperiment(experimentId))?.approaches.find(({ id }) => id === approachId)
    if (!approach) return { lines: [], nextToken: null }
    // A job's streams are <job>/<host>; a tuning job's trials carry its name and more, so that its own name finds them all.
    const prefix = jobName === undefined ? resourceName(experimentId, approach.index, approach.attempt) : `${jobName}/`
    try {
      const answer = await clients.logs.send(
        new FilterLogEventsCommand({
          logGroupName: '/aws/sagemaker/TrainingJobs',
          logStreamNamePrefix: prefix,
          limit,
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      )
      const lines = (answer.events ?? []).map(({ timestamp = 0, message = '' }) => ({
        at: new Date(timestamp).toISOString(),
        message,
      }))
      return { lines, nextToken: answer.nextToken ?? null }
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return { lines: [], nextToken: null }
      throw error
    }
  }

const createApiLedger = ({
  ledger,
  loadExperiment,
}: Pick<WorkerContext, 'ledger' | 'loadExperiment'>): ApiContext['ledger'] => ({
  registerDataset: (input) => ledger.registerDataset(input),
  completeDataset: (id) => ledger.completeDataset(id),
  readDataset: ledger.readDataset,
  listDatasets: (page) => ledger.listDatasets(page),
  acceptExperiment: (input) => ledger.acceptExperiment(input),
  readExperiment: loadExperiment,
  async listExperiments(page) {
    const { ids, nextCursor } = await ledger.listExperimentIds(page)
    const records = await Promise.all(ids.map(loadExperiment))
    return { items: records.filter((record) => record !== undefined), nextCursor }
  },
  async requestCancel(id) {
    await ledger.requestCancel(id)
  },
  async requestTuningStop(id, approachId, attempt) {
    await ledger.requestTuningStop(id, approachId, attempt)
  },
  requestRetry: (record, approachId, admit) => beginRetry({ ledger, loadExperiment }, record, approachId, admit),
})

const createObjects = ({ clients, bulk }: WorkerContext, readableBuckets: readonly string[]): ApiContext['objects'] => {
  const isEmpty = async (name: string, prefix: string) =>
    !(await clients.s3.send(new ListObjectsV2Command({ Bucket: name, Prefix: prefix, MaxKeys: 1 }))).Contents?.length
  return {
    get: bulk.get,
    presignPut: (uri, path, bytes) => {
      const { bucket: name, prefix } = partsOf(uri)
      const put = new PutObjectCommand({ Bucket: name, Key: prefix + path, ContentLength: bytes })
      return getSignedUrl(clients.s3ForPresigning, put, {
        expiresIn: URL_LIVES_SECONDS,
        signableHeaders: new Set(['content-length']),
      })
    },
    async checkLocation(uri): Promise<LocationState> {
      const { bucket: name, prefix } = partsOf(uri)
      if (!readableBuckets.includes(name)) return 'not-allowed'
      const { state } = await findBucket(clients, name)
      if (state !== 'ok') return `${state}-bucket`
      return (await isEmpty(name, prefix)) ? 'empty' : 'ok'
    },
  }
}

/** The API's context on the real services. */
export const openApiContext = async (
  config: Config<'api'>,
): Promise<ApiContext & { log: WorkerContext['log']; close: () => Promise<void> }> => {
  const context = await openContext(config, 'api', { failFast: true })
  const { clients, region, bucket, queues, redis, log } = context
  const recipes = createRecipes({ s3: clients.s3, region, bucket })
  const meter = createMeter({ sagemaker: clients.sagemaker, recipes, region, keepMs: context.timing.pollMs })
  const planning = createPlanning(context, { cloudUrl: config.CLOUD_URL, meter })
  const readableBuckets = [bucket, ...config.DATASET_BUCKETS.map(({ name }) => name)]
  const answers = (attempt: Promise<unknown>) =>
    attempt.then(
      () => true,
      () => false,
    )
  return {
    environment: clients.environment,
    ledger: createApiLedger(context),
    advance: context.advance,
    checkDataset: queues.ensureDatasetCheck,
    queueLoad: queues.load,
    ready: async () => ({
      redis: await answers(redis.ping()),
      ledger: await answers(clients.s3.send(new HeadBucketCommand({ Bucket: bucket }))),
    }),
    live: createEvents({ ...context, meter }),
    meter,
    view: viewExperiment,
    objects: createObjects(context, readableBuckets),
    sources: createSources({ s3: clients.s3, bucket, bulk: context.bulk }),
    checkWarmStart: (child) => checkWarmStart(recipeOf(recipes, child.spec), child, context.loadExperiment),
    checkApproach: (approach, options) =>
      checkApproach(recipeOf(recipes, approach), approach, { readableBuckets, ...options }),
    plan: planning.plan,
    estimate: planning.estimate,
    checkDeal: planning.checkDeal,
    checkBudget: planning.checkBudget,
    checkRetryBudget: planning.checkRetryBudget,
    presets: loadPresets(),
    liveTrials: createLiveTrials(clients),
    wake: queues.promote,
    logs: createLogs(context),
    queues: queues.all,
    cleanUp: (dryRun) =>
      sweepOrphans(
        {
          sagemaker: clients.sagemaker,
          installation: context.ledger.installation,
          loadExperiment: context.loadExperiment,
          log,
          now: () => new Date(),
        },
        { dryRun },
      ),
    log,
    close: async () => {
      planning.close()
      await context.close()
    },
  }
}
