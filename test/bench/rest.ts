// Measures what open experiments cost while nothing happens: the real worker-control on a real Redis and the local cloud's S3, with 10,000
// experiments whose one job waits. Prints how fast they were brought back into an empty Redis, what the process used of a core and asked of S3 at
// rest, with the floor of the same process without any experiment beside it, and the recovery after FLUSHALL.
// `npm run bench:rest -- [experiments] [minutes]`
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createCloudClients } from '@assay/cloud'
import { experimentSpecSchema } from '@assay/contracts'
import { childEnvironment, makeRunFolder, prepareRedis, startKeeper, startRedis } from '@assay/dev'
import { createLedger } from '@assay/ledger'
import { connectPatient, createQueues } from '@assay/queue'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { createLocalCloudControl } from '../chaos/local-cloud-control.ts'
import { createNodeStarter } from './node-starter.ts'

const experiments = Number(process.argv[2] ?? 10_000)
const minutes = Number(process.argv[3] ?? 2)
const BUCKET = 'bench'
const PREFIX = 'bench'
const TICKS_A_SECOND = 100

const cpuSeconds = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND
}

const folder = makeRunFolder('bench-rest')
const keeper = startKeeper()
const redisServer = await startRedis(await prepareRedis(console.log), folder, keeper)
const redis = connectPatient(redisServer.url)
const queues = createQueues({ redis, prefix: PREFIX, longestWaitMs: 3_600_000 })

const startNode = createNodeStarter(folder, keeper)
const cloud = await startNode('local-cloud', { env: childEnvironment({}), ready: /ready at (\S+)/ }, [
  '--port',
  '0',
  '--control',
  '--data',
  join(folder, 'cloud'),
])
const cloudUrl = cloud.ready?.[1] ?? ''
const control = createLocalCloudControl(cloudUrl)
const { s3 } = createCloudClients({ region: 'us-east-1', cloudUrl })

const writeExperiments = async () => {
  const ledger = await createLedger({ s3, bucket: BUCKET, environment: 'local' })
  const { id: dataset } = await ledger.registerDataset({ name: 'd', upload: true })
  await ledger.recordDatasetCheck(dataset, {
    status: 'ready',
    checkedAt: new Date().toISOString(),
    images: 1,
    boxes: 1,
    classes: [],
    duplicates: [],
    faults: { count: 0, byCode: {}, first: [] },
  })
  const spec = experimentSpecSchema.parse({
    name: 'at rest',
    dataset,
    approaches: [{ id: 'one', recipe: 'sagemaker-object-detection' }],
  })
  let left = experiments
  const write = async () => {
    while (left-- > 0) await ledger.acceptExperiment({ spec })
  }
  await Promise.all(Array.from({ length: 16 }, write))
}

const liveCount = async () => (await queues.liveJobs()).size
/** Seconds until every experiment's job waits. */
const untilAllLive = async () => {
  const startedMs = performance.now()
  while ((await liveCount()) < experiments) await sleep(250)
  return (performance.now() - startedMs) / 1000
}

const startControl = () =>
  startNode('worker-control', {
    env: childEnvironment({
      ASSAY_CLOUD_URL: cloudUrl,
      ASSAY_REDIS_URL: redisServer.url,
      ASSAY_REDIS_PREFIX: PREFIX,
      ASSAY_BUCKET: BUCKET,
      ASSAY_LOG_LEVEL: 'warn',
    }),
    ready: /ready/,
  })

/** What the process uses and what S3 is asked over the time, by operation. */
const measure = async (pid: number) => {
  const known = (await control.journal('s3')).length
  const before = cpuSeconds(pid)
  await sleep(minutes * 60_000)
  const share = (cpuSeconds(pid) - before) / (minutes * 60)
  const asked = new Map<string, number>()
  for (const { operation } of (await control.journal('s3')).slice(known))
    asked.set(operation, (asked.get(operation) ?? 0) + 1)
  return { share, asked }
}
const percent = (share: number) => `${(share * 100).toFixed(2)} % of a core`
const listed = (asked: ReadonlyMap<string, number>) =>
  asked.size === 0 ? 'none' : [...asked].map(([operation, count]) => `${operation} ${count}`).join(', ')

await s3.send(new CreateBucketCommand({ Bucket: BUCKET }))
const idle = await startControl()
await sleep(5_000)
const floor = await measure(idle.pid)
await idle.stop()
console.log(
  `floor: without an experiment ${percent(floor.share)}, S3 requests in ${minutes} min: ${listed(floor.asked)}`,
)

await writeExperiments()
await redis.flushall()
// The journal is read as a whole, and must stay short.
await fetch(`${cloudUrl}/_control/journal`, { method: 'DELETE' })
const worker = await startControl()
const firstSeconds = await untilAllLive()
console.log(
  `${experiments} experiments brought into an empty Redis in ${firstSeconds.toFixed(1)} s, ${Math.round(experiments / firstSeconds)} a second`,
)
// Until what the passes after it find has settled.
await sleep(45_000)
await fetch(`${cloudUrl}/_control/journal`, { method: 'DELETE' })
const rest = await measure(worker.pid)
console.log(`at rest: ${percent(rest.share)}, S3 requests in ${minutes} min: ${listed(rest.asked)}`)
await redis.flushall()
const againSeconds = await untilAllLive()
console.log(
  `after FLUSHALL all were back in ${againSeconds.toFixed(1)} s, the wait for the pass that finds the loss included`,
)

await worker.stop()
await queues.close()
redis.disconnect()
await cloud.stop()
await redisServer.process.stop()
keeper.stop()
process.exit(0)
