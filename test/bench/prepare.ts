// How long the check, the split and the layouts take for many small images, beside the plain requests that they cannot do without, and how this
// process's memory runs: `npm run -s bench:prepare -- --images 120000 --layouts recordio,jumpstart` (3,000 images and all layouts without the options). The local cloud runs in a process of its own.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { parseArgs } from 'node:util'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { channelLayouts, type PrepareOutput, type SplitOutput } from '@assay/contracts'
import { decodeRecords, inParallel } from '@assay/datasets'
import { createBulkStore } from '@assay/ledger'
import sharp from 'sharp'
import { createCheckDataset } from '../../workers/split/src/check-dataset.ts'
import { createPrepare } from '../../workers/split/src/prepare.ts'
import { createSplit } from '../../workers/split/src/split.ts'
import { aContext, aDatasetRecord, anExperiment, prepareRef } from '../../workers/split/src/testing/an-experiment.ts'

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '3000' },
    layouts: { type: 'string', default: channelLayouts.join() },
  },
})
const images = Number(values.images)
/** Floors are rates, which fewer images tell as well. */
const floorImages = Math.min(images, 5000)
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

const plainly = new Agent({ keepAlive: true, maxSockets: 16 })
/** Without the SDK, whose signing and checksums would take most of the upload, which is not what is measured. */
const putPlainly = (key: string, body: Buffer) =>
  new Promise<void>((done, failed) => {
    const put = request(`${url}/assay/${key}`, {
      method: 'PUT',
      agent: plainly,
      headers: { 'content-length': body.length },
    })
    put.on('error', failed).on('response', (response) => {
      response.resume().on('end', () => {
        if (response.statusCode === 200) done()
        else failed(new Error(`PUT ${key} was answered with ${response.statusCode}`))
      })
    })
    put.end(body)
  })

const name = (number: number) => `${number % 100}/${number}.jpg`
const upload = async () => {
  await s3.send(new CreateBucketCommand({ Bucket: 'assay' }))
  await inParallel(Array(images).keys(), 16, (number) => putPlainly(`set/images/${name(number)}`, picture(number)))
  plainly.destroy()
  const all = Array.from({ length: images }, (_, number) => number)
  const coco = {
    images: all.map((id) => ({ id, file_name: name(id), width: 64, height: 64 })),
    annotations: all.map((id) => ({ id, image_id: id, category_id: 1 + (id % 6), bbox: [4, 4, 30, 20] })),
    categories: [1, 2, 3, 4, 5, 6].map((id) => ({ id, name: `class-${id}` })),
  }
  await s3.send(new PutObjectCommand({ Bucket: 'assay', Key: 'set/annotations.json', Body: JSON.stringify(coco) }))
}

const megabytes = (bytes: number) => Math.round(bytes / 1e6)

/** Memory at this many times, evenly over a phase. */
const LOOKS = 5

interface Measured<Result> {
  result: Result
  imagesPerSecond: number
}

/** Runs one phase; prints its images/s, its ratio to a floor's, and how much memory this process had in the course of it. */
const measured = async <Result>(
  phase: string,
  count: number,
  work: () => Promise<Result>,
  floor?: { imagesPerSecond: number },
): Promise<Measured<Result>> => {
  const started = performance.now()
  const rss: number[] = []
  const sample = () => rss.push(process.memoryUsage().rss)
  sample()
  const sampling = setInterval(sample, 100)
  try {
    const result = await work()
    const seconds = (performance.now() - started) / 1000
    sample()
    const looks = Array.from(
      { length: LOOKS },
      (_, look) => rss[Math.round((look * (rss.length - 1)) / (LOOKS - 1))] ?? 0,
    )
    const imagesPerSecond = count / seconds
    const ratio = floor ? `${(floor.imagesPerSecond / imagesPerSecond).toFixed(2)} × floor` : ''
    console.log(
      `${phase.padEnd(28)} ${seconds.toFixed(1).padStart(7)} s ${String(Math.round(imagesPerSecond)).padStart(7)} images/s ${ratio.padStart(13)}   RSS ${looks.map(megabytes).join(' → ')}, peak ${megabytes(Math.max(...rss))} MB`,
    )
    return { result, imagesPerSecond }
  } finally {
    clearInterval(sampling)
  }
}

const getBytes = async (key: string) => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'assay', Key: key }))
  return (await Body?.transformToByteArray()) ?? new Uint8Array()
}

/** What a layout of copies cannot do without: a CopyObject for each image, as many at a time. */
const copyAll = () =>
  inParallel(Array(floorImages).keys(), 16, async (number) => {
    await s3.send(
      new CopyObjectCommand({
        Bucket: 'assay',
        Key: `floor/${name(number)}`,
        CopySource: `assay/set/images/${name(number)}`,
      }),
    )
  })

/** What a record file cannot do without: the bytes of each image, eight on their way, sent on in order as one object. */
const streamAll = async () => {
  const bytesOf = async function* () {
    const ahead: Promise<Uint8Array>[] = []
    for (let number = 0; number < floorImages; number++) {
      while (ahead.length < 8 && number + ahead.length < floorImages)
        ahead.push(getBytes(`set/images/${name(number + ahead.length)}`))
      yield await (ahead.shift() as Promise<Uint8Array>)
    }
  }
  const Body = Readable.from(bytesOf(), { objectMode: false })
  await new Upload({
    client: s3,
    params: { Bucket: 'assay', Key: 'floor/all', Body },
    partSize: 16 * 1024 ** 2,
    queueSize: 2,
  }).done()
}

console.log(`${images} images of ${picture(0).byteLength} bytes`)
try {
  await measured('upload', images, upload)
  const reading = await measured('floor: read each, 4 at a time', floorImages, () =>
    inParallel(Array(floorImages).keys(), 4, async (number) => void (await getBytes(`set/images/${name(number)}`))),
  )
  const copying = await measured('floor: copy each', floorImages, copyAll)
  const streaming = await measured('floor: stream all', floorImages, streamAll)
  const record = aDatasetRecord('s3://assay/set/')
  const { result: check } = await measured(
    'check',
    images,
    () => createCheckDataset({ s3, bulk })(record, aContext()),
    reading,
  )
  if (check.status === 'rejected') throw new Error(JSON.stringify(check.faults))
  const undealt = anExperiment(record, check)
  const ref = { experimentId: undealt.id, stage: 'split' as const }
  const { result: split } = await measured(
    'split',
    images,
    async () => (await createSplit({ s3, bulk })({ ref, experiment: undealt }, aContext())) as SplitOutput,
  )
  const experiment = anExperiment(record, check, { split })
  const outputs: PrepareOutput[] = []
  for (const layout of channelLayouts.filter((layout) => values.layouts.split(',').includes(layout)))
    for (const again of ['', ', again']) {
      const { result } = await measured(
        `${layout}${again}`,
        split.images.train + split.images.validation,
        async () =>
          (await createPrepare({ s3, bulk, bucket: 'assay' })(
            { ref: prepareRef(experiment, layout), experiment },
            aContext(),
          )) as PrepareOutput,
        again === '' && layout !== 'augmented-manifest' ? (layout === 'recordio' ? streaming : copying) : undefined,
      )
      outputs.push(result)
    }
  for (const { layout, channels, trainImages } of outputs.slice(0, 1)) {
    if (layout !== 'recordio') break
    const bytes = await getBytes(`${channels[0]?.s3Uri.slice('s3://assay/'.length)}train.rec`)
    const records = [...decodeRecords(bytes)].length
    if (records !== trainImages) throw new Error(`${records} records, ${trainImages} needed`)
    console.log(`${records} records read back from train.rec`)
  }
} finally {
  s3.destroy()
  cloud.removeAllListeners('exit')
  cloud.kill('SIGTERM')
  await new Promise((ended) => void cloud.once('exit', ended))
  await rm(dataDir, { recursive: true, force: true })
}
