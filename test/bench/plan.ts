// How long the first plan of a large data set takes, and how long the API keeps others waiting meanwhile: the real API on a real Redis and the local
// cloud, with a manifest of many images written as a check would. The floor is the same API at rest; beside it stands how long the same work would
// hold an event loop. `npm run -s bench:plan -- --images 120000`
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createClient } from '@assay/client'
import { createCloudClients } from '@assay/cloud'
import { type DatasetImage, type DatasetManifest, experimentSpecSchema } from '@assay/contracts'
import { childEnvironment, makeRunFolder, prepareRedis, startKeeper, startRedis } from '@assay/dev'
import { createBulkStore, createLedger } from '@assay/ledger'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { workOnManifest } from '../../apps/api/src/manifest-work.ts'
import { createNodeStarter } from './node-starter.ts'

const { values } = parseArgs({ options: { images: { type: 'string', default: '120000' } } })
const images = Number(values.images)
const BUCKET = 'bench'
const PROBE_EVERY_MS = 5
const FLOOR_MS = 3_000

const folder = makeRunFolder('bench-plan')
const keeper = startKeeper()
const redis = await startRedis(await prepareRedis(console.log), folder, keeper)
const startNode = createNodeStarter(folder, keeper)
const cloudArgs = ['--port', '0', '--data', join(folder, 'cloud')]
const cloud = await startNode('local-cloud', { env: childEnvironment({}), ready: /ready at (\S+)/ }, cloudArgs)
const cloudUrl = cloud.ready?.[1] ?? ''
const { s3, destroy } = createCloudClients({ region: 'us-east-1', cloudUrl })
await s3.send(new CreateBucketCommand({ Bucket: BUCKET }))
const apiSettings = {
  ASSAY_CLOUD_URL: cloudUrl,
  ASSAY_REDIS_URL: redis.url,
  ASSAY_BUCKET: BUCKET,
  ASSAY_PORT: '0',
  ASSAY_LOG_LEVEL: 'warn',
}
const api = await startNode('api', { env: childEnvironment(apiSettings), ready: /ready at (\S+)/ })
const client = createClient({ url: api.ready?.[1] ?? '' })

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const anImage = (id: number): DatasetImage => ({
  id,
  file: `images/${id % 100}/${id}.jpg`,
  key: `set/images/${id % 100}/${id}.jpg`,
  etag: `"${sha256(`etag ${id}`).slice(0, 32)}"`,
  sha256: sha256(`image ${id}`),
  bytes: 20_000,
  widthPx: 640,
  heightPx: 480,
  format: 'jpeg',
  objects: Array.from({ length: 7 }, (_, n) => ({ categoryId: 1 + ((id + n) % 80), box: [n, 10, 40.25, 30.5] })),
})
const manifest: DatasetManifest = {
  schemaVersion: 1,
  layout: 'coco',
  bucket: BUCKET,
  categories: Array.from({ length: 80 }, (_, n) => ({ id: n + 1, name: `class-${n + 1}` })),
  images: Array.from({ length: images }, (_, id) => anImage(id)),
}

const ledger = await createLedger({ s3, bucket: BUCKET, environment: 'local' })
const record = await ledger.registerDataset({ name: 'large', location: `s3://${BUCKET}/set`, upload: false })
const bytes = new TextEncoder().encode(`${JSON.stringify(manifest)}\n`)
const fingerprint = sha256('fingerprint')
await ledger.recordDatasetCheck(record.id, {
  status: 'ready',
  checkedAt: new Date().toISOString(),
  layout: 'coco',
  fingerprint,
  images,
  boxes: images * 7,
  classes: manifest.categories.map(({ id, name }) => ({ categoryId: id, name, images, boxes: images })),
  duplicates: [],
  manifest: await createBulkStore({ s3, bucket: BUCKET }).put(record.id, 'dataset-manifest.json', bytes),
  faults: { count: 0, byCode: {}, first: [] },
})
const body = {
  name: 'large',
  dataset: record.id,
  approaches: [
    { id: 'type-1', recipe: 'sagemaker-object-detection' },
    { id: 'transform', recipe: 'sagemaker-object-detection', inference: 'transform' },
    { id: 'ddn', recipe: 'pytorch-script' },
  ],
}

/** How long others wait for an answer, one request after the other, until the work is done. */
const waitsDuring = async (work: Promise<unknown>) => {
  const waitsMs: number[] = []
  const state = { done: false }
  const finished = work.finally(() => (state.done = true))
  while (!state.done) {
    const startedMs = performance.now()
    await client.health()
    waitsMs.push(performance.now() - startedMs)
    await sleep(PROBE_EVERY_MS)
  }
  await finished
  return waitsMs.sort((a, b) => a - b)
}
const seconds = async (work: () => unknown) => {
  const startedMs = performance.now()
  await work()
  return (performance.now() - startedMs) / 1000
}
const say = (phase: string, waitsMs: readonly number[]) => {
  const at = (share: number) => waitsMs[Math.ceil(share * waitsMs.length) - 1]?.toFixed(1) ?? '-'
  console.log(
    `${phase.padEnd(26)} ${waitsMs.length} other requests waited: median ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)} ms`,
  )
}

console.log(`a manifest of ${images} images, ${(bytes.byteLength / 1e6).toFixed(1)} MB`)
await waitsDuring(sleep(FLOOR_MS))
say('floor: the API at rest', await waitsDuring(sleep(FLOOR_MS)))
let planSeconds = 0
say('during the first plan', await waitsDuring(seconds(() => client.plan(body)).then((taken) => (planSeconds = taken))))
const again = await seconds(() => client.plan(body))
const spec = experimentSpecSchema.parse(body)
const held = await seconds(() => workOnManifest('preview', bytes, { spec, fingerprint, bucket: BUCKET }))
console.log(
  `the first plan took ${planSeconds.toFixed(2)} s, the next ${again.toFixed(2)} s; on the event loop the manifest would hold it for ${held.toFixed(2)} s`,
)

destroy()
await api.stop()
await cloud.stop()
await redis.process.stop()
keeper.stop()
process.exit(0)
