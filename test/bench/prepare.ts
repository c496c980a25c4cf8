// How long the check, the split and the three layouts take for many small images, and how much memory this process needs:
// `node apps/dev/bin/run-ts.mjs test/bench/prepare.ts --images 120000` (3,000 without the option). The local cloud runs in a process of its own.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { channelLayouts, type PrepareOutput, type SplitOutput } from '@assay/contracts'
import { decodeRecords, inParallel } from '@assay/datasets'
import { createBulkStore } from '@assay/ledger'
import sharp from 'sharp'
import { createCheckDataset } from '../../workers/split/src/check-dataset.ts'
import { createPrepare } from '../../workers/split/src/prepare.ts'
import { createSplit } from '../../workers/split/src/split.ts'
import { aContext, aDatasetRecord, anExperiment, prepareRef } from '../../workers/split/src/testing/an-experiment.ts'

const { values } = parseArgs({ options: { images: { type: 'string', default: '3000' } } })
const images = Number(values.images)
const program = resolve('dist/local-cloud.js')
if (!existsSync(program)) throw new Error('dist/local-cloud.js is not there; run `npm run build` first')

const dataDir = await mkdtemp(join(tmpdir(), 'assay-bench-'))
const cloud = spawn(process.execPath, [program, '--port', '0', '--data', dataDir], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
process.on('exit', () => cloud.kill('SIGKILL'))
const url = await new Promise<string>((found, failed) => {
  cloud.once('exit', (code) => failed(new Error(`the local cloud ended with ${code}`)))
  createInterface(cloud.stdout).on('line', (line) => {
    const [met] = /http:\/\/[\d.:]+/.exec(line) ?? []
    if (met) found(met)
  })
})

const s3 = new S3Client({
  endpoint: url,
  region: 'us-east-1',
  forcePathStyle: true,
  credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
})
const bulk = createBulkStore({ s3, bucket: 'assay' })

/** One JPEG, made another file for each number by a comment behind its first marker. */
const template = await sharp({
  create: { width: 64, height: 64, channels: 3, background: 'grey', noise: { type: 'gaussian', mean: 128, sigma: 30 } },
})
  .jpeg()
  .toBuffer()
const picture = (number: number) =>
  Buffer.concat([
    template.subarray(0, 2),
    Buffer.from([0xff, 0xfe, 0, 14]),
    Buffer.from(String(number).padStart(12, '0')),
    template.subarray(2),
  ])

const name = (number: number) => `${number % 100}/${number}.jpg`
const upload = async () => {
  await s3.send(new CreateBucketCommand({ Bucket: 'assay' }))
  const numbers = Array(images).keys()
  await inParallel(numbers, 16, async (number) => {
    await s3.send(new PutObjectCommand({ Bucket: 'assay', Key: `set/images/${name(number)}`, Body: picture(number) }))
  })
  const all = Array.from({ length: images }, (_, number) => number)
  const coco = {
    images: all.map((id) => ({ id, file_name: name(id), width: 64, height: 64 })),
    annotations: all.map((id) => ({ id, image_id: id, category_id: 1 + (id % 6), bbox: [4, 4, 30, 20] })),
    categories: [1, 2, 3, 4, 5, 6].map((id) => ({ id, name: `class-${id}` })),
  }
  await s3.send(new PutObjectCommand({ Bucket: 'assay', Key: 'set/annotations.json', Body: JSON.stringify(coco) }))
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`

/** Runs one phase; prints its time and the most memory that this process had during it. */
const measured = async <Result>(phase: string, work: () => Promise<Result>): Promise<Result> => {
  const started = performance.now()
  let peakRss = 0
  let peakHeap = 0
  const sample = () => {
    const { rss, heapUsed } = process.memoryUsage()
    peakRss = Math.max(peakRss, rss)
    peakHeap = Math.max(peakHeap, heapUsed)
  }
  const sampling = setInterval(sample, 100)
  try {
    return await work()
  } finally {
    sample()
    clearInterval(sampling)
    const seconds = (performance.now() - started) / 1000
    console.log(
      `${phase.padEnd(22)} ${seconds.toFixed(1).padStart(7)} s ${String(Math.round(images / seconds)).padStart(7)} images/s   peak RSS ${megabytes(peakRss)}, heap ${megabytes(peakHeap)}`,
    )
  }
}

console.log(`${images} images of ${picture(0).byteLength} bytes`)
try {
  await measured('upload', upload)
  const record = aDatasetRecord('s3://assay/set/')
  const check = await measured('check', () => createCheckDataset({ s3, bulk })(record, aContext()))
  if (check.status === 'rejected') throw new Error(JSON.stringify(check.faults))
  const undealt = anExperiment(record, check)
  const ref = { experimentId: undealt.id, stage: 'split' as const }
  const split = (await measured('split', () =>
    Promise.resolve(createSplit({ s3, bulk })({ ref, experiment: undealt }, aContext())),
  )) as SplitOutput
  const experiment = anExperiment(record, check, { split })
  const outputs: PrepareOutput[] = []
  for (const layout of channelLayouts)
    for (const again of ['', ', again'])
      outputs.push(
        await measured(
          `${layout}${again}`,
          () =>
            createPrepare({ s3, bulk, bucket: 'assay' })(
              { ref: prepareRef(experiment, layout), experiment },
              aContext(),
            ) as Promise<PrepareOutput>,
        ),
      )
  const { Body } = await s3.send(
    new GetObjectCommand({
      Bucket: 'assay',
      Key: `${outputs[0]?.channels[0]?.s3Uri.slice('s3://assay/'.length)}train.rec`,
    }),
  )
  const records = [...decodeRecords((await Body?.transformToByteArray()) ?? new Uint8Array())].length
  if (records !== outputs[0]?.trainImages) throw new Error(`${records} records, ${outputs[0]?.trainImages} needed`)
  console.log(`${records} records read back from train.rec`)
} finally {
  s3.destroy()
  cloud.removeAllListeners('exit')
  cloud.kill('SIGTERM')
  await new Promise((ended) => void cloud.once('exit', ended))
  await rm(dataDir, { recursive: true, force: true })
}
