import { createHash } from 'node:crypto'
import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import {
  type ChannelLayout,
  channelLayouts,
  type DatasetCheck,
  type PrepareOutput,
  prepareContentsSchema,
  splitManifestSchema,
  type SplitOutput,
} from '@assay/contracts'
import { decodeRecords } from '@assay/datasets'
import { createBulkStore } from '@assay/ledger'
import type { ExperimentRecord } from '@assay/pipeline'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createCheckDataset } from './check-dataset.ts'
import { createPrepare, KEPT_DAYS } from './prepare.ts'
import { listObjects, readObject } from './s3-source.ts'
import { createSplit } from './split.ts'
import { aBucket, type Bucket } from './testing/a-bucket.ts'
import { aContext, aDatasetRecord, anExperiment, prepareRef } from './testing/an-experiment.ts'

const IMAGES = 24
/** Every eighth image has no objects, every fourth of the others a second one. */
const isEmpty = (n: number) => n % 8 === 7

const aPicture = (n: number) =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: { r: n * 9, g: 40, b: 90 } } })
    .toFormat(n % 2 ? 'png' : 'jpeg')
    .toBuffer()

/** COCO with gaps in the ids, nested folders and awkward names. */
const aDataset = async (prefix: string) => {
  const name = (n: number) => `cam ${n % 2}/ü+${n}.${n % 2 ? 'png' : 'jpg'}`
  const numbers = Array.from({ length: IMAGES }, (_, n) => n)
  const coco = {
    images: numbers.map((n) => ({ id: 10 * n + 5, file_name: name(n), width: 64, height: 48 })),
    annotations: numbers
      .filter((n) => !isEmpty(n))
      .flatMap((n) => [
        { image_id: 10 * n + 5, category_id: [3, 17, 90][n % 3], bbox: [4, 6, 16, 12], area: 192, iscrowd: 0 },
        ...(n % 4 === 0
          ? [{ image_id: 10 * n + 5, category_id: 3, bbox: [8, 8, 40, 30], area: 1200, iscrowd: 0 }]
          : []),
      ])
      .map((annotation, id) => ({ ...annotation, id })),
    categories: [
      { id: 90, name: 'disc' },
      { id: 3, name: 'a/b' },
      { id: 17, name: 'box' },
    ],
  }
  const pictures = await Promise.all(
    numbers.map(async (n) => [`${prefix}images/${name(n)}`, await aPicture(n)] as const),
  )
  return { ...Object.fromEntries(pictures), [`${prefix}annotations.json`]: JSON.stringify(coco) }
}

let bucket: Bucket
let check: DatasetCheck
let split: SplitOutput
let experiment: ExperimentRecord
const record = aDatasetRecord('s3://assay/sets/one/')
const deps = () => ({ s3: bucket.s3, bucket: 'assay', bulk: createBulkStore({ s3: bucket.s3, bucket: 'assay' }) })

const prepare = async (layout: ChannelLayout, of = experiment, context = aContext()) =>
  (await createPrepare(deps())({ ref: prepareRef(of, layout), experiment: of }, context)) as PrepareOutput

const keysUnder = async (prefix: string) => {
  const keys: string[] = []
  for await (const { path } of listObjects(bucket.s3, 'assay', prefix)) keys.push(path)
  return keys
}
const prefixOf = (output: PrepareOutput, channel: number) =>
  (output.channels[channel]?.s3Uri ?? '').replace('s3://assay/', '')
const bytesAt = (key: string) => readObject(bucket.s3, 'assay', key)
const textAt = async (key: string) => new TextDecoder().decode(await bytesAt(key))
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

beforeAll(async () => {
  bucket = await aBucket()
  await bucket.put(await aDataset('sets/one/'))
  check = await createCheckDataset(deps())(record, aContext())
  if (check.status === 'rejected') throw new Error(JSON.stringify(check.faults))
  const undealt = anExperiment(record, check)
  const ref = { experimentId: undealt.id, stage: 'split' as const }
  split = (await createSplit(deps())({ ref, experiment: undealt }, aContext())) as SplitOutput
  experiment = anExperiment(record, check, { split })
}, 30_000)
afterAll(() => bucket.stop())
beforeEach(() => {
  bucket.refuseWhere(() => false)
  bucket.sent.length = 0
})

/** Annotation channels hold no images. */
const imagesIn = ({ channels }: PrepareOutput) =>
  channels.filter(({ name }) => !name.endsWith('_annotation')).reduce((sum, { images }) => sum + images, 0)

/** Keys of the images that an augmented manifest lists. */
const referredTo = (manifest: Uint8Array) =>
  new TextDecoder()
    .decode(manifest)
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { 'source-ref': string })['source-ref'].replace('s3://assay/', ''))

/** What is prepared is dropped, so that the next test writes it itself. */
const forget = async () => {
  for (const key of await keysUnder('prepared/'))
    await bucket.s3.send(new DeleteObjectCommand({ Bucket: 'assay', Key: `prepared/${key}` }))
}

const frozenSplit = async () => splitManifestSchema.parse(await deps().bulk.getJson(split.manifest))

test('the split is frozen with every hash and counts boxes by class', async () => {
  expect(split.images).toEqual({ train: 15, validation: 4, test: 5 })
  const { images, datasetFingerprint } = await frozenSplit()
  expect(datasetFingerprint).toBe(check.fingerprint)
  expect(images.map(({ id }) => id)).toEqual(Array.from({ length: IMAGES }, (_, n) => 10 * n + 5))
  expect(split.boxes.train).toHaveProperty('90')
  const boxes = Object.values(split.boxes).flatMap((counts) => Object.values(counts))
  expect(boxes.reduce((sum, count) => sum + count, 0)).toBe(check.boxes)
})

test.each(channelLayouts)(
  'no test image is in a channel of %s, by id and by the bytes that are there',
  async (layout) => {
    await forget()
    const output = await prepare(layout)
    const frozen = await frozenSplit()
    const testImages = frozen.images.filter(({ part }) => part === 'test')
    const contents = prepareContentsSchema.parse(await deps().bulk.getJson(output.contents))
    const ids = contents.channels.flatMap(({ images }) => images.map(({ id }) => id))
    for (const { id } of testImages) expect(ids).not.toContain(id)
    const inChannels = ids.length + contents.channels.reduce((sum, { leftOut }) => sum + leftOut, 0)
    expect(inChannels).toBe(IMAGES - testImages.length)

    const hashes: string[] = []
    for (const [index] of output.channels.entries())
      for (const path of await keysUnder(prefixOf(output, index))) {
        const key = prefixOf(output, index) + path
        const bytes = await bytesAt(key)
        if (key.endsWith('.rec')) for (const { image } of decodeRecords(bytes)) hashes.push(sha256(image))
        else if (key.endsWith('.jsonl')) for (const at of referredTo(bytes)) hashes.push(sha256(await bytesAt(at)))
        else hashes.push(sha256(bytes))
      }
    for (const one of testImages) expect(hashes).not.toContain(one.sha256)
    for (const { images } of contents.channels) for (const one of images) expect(hashes).toContain(one.sha256)
  },
)

test('RecordIO: train and validation, classes by ascending id, images without objects left out and counted', async () => {
  await forget()
  const output = await prepare('recordio')
  expect(output.channels.map(({ name, contentType }) => [name, contentType])).toEqual([
    ['train', 'application/x-recordio'],
    ['validation', 'application/x-recordio'],
  ])
  expect(output).toMatchObject({ classes: [3, 17, 90], seenParts: ['train', 'validation'], maxObjects: 2 })
  const { channels } = prepareContentsSchema.parse(await deps().bulk.getJson(output.contents))
  const frozen = await frozenSplit()
  const emptyTrain = frozen.images.filter(({ id, part }) => part === 'train' && isEmpty((id - 5) / 10)).length
  expect(channels[0]?.leftOut).toBe(emptyTrain)
  expect(output.trainImages).toBe(15 - emptyTrain)
  const records = [...decodeRecords(await bytesAt(`${prefixOf(output, 0)}train.rec`))]
  expect(records).toHaveLength(output.trainImages)
  expect(records.map(({ id }) => id)).toEqual(records.map((_, index) => index))
  expect(records.map(({ image }) => sha256(image))).toEqual(channels[0]?.images.map((image) => image.sha256))
  expect(records[0]?.labels.slice(0, 4)).toEqual([4, 5, 64, 48])
})

test('JumpStart: one channel of train and validation, boxes as corners, every named file there', async () => {
  await forget()
  const output = await prepare('jumpstart')
  expect(output.channels.map(({ name }) => name)).toEqual(['training'])
  expect(output.seenParts).toEqual(['train', 'validation'])
  const prefix = prefixOf(output, 0)
  const annotations = JSON.parse(await textAt(`${prefix}annotations.json`)) as {
    images: { file_name: string; id: number }[]
    annotations: { image_id: number; bbox: number[]; category_id: number }[]
  }
  expect(output.channels[0]?.images).toBe(annotations.images.length)
  expect(annotations.annotations[0]).toMatchObject({ bbox: [4, 6, 20, 18] })
  const files = annotations.images.map(({ file_name }) => `images/${file_name}`)
  expect(await keysUnder(prefix)).toEqual(['annotations.json', ...files.sort()])
})

test('class folders: an XML beside each image, labels from the object, images without objects in _background', async () => {
  await forget()
  const output = await prepare('voc-folders')
  expect(output.channels.map(({ name }) => name)).toEqual(['training', 'validation'])
  const prefix = prefixOf(output, 0)
  const keys = await keysUnder(prefix)
  const images = keys.filter((key) => key.includes('/images/'))
  const xmls = keys.filter((key) => key.includes('/annotations/'))
  expect(images).toHaveLength(15)
  expect(xmls).toEqual(images.map((key) => key.replace('/images/', '/annotations/').replace(/\.[a-z]+$/, '.xml')))
  const folders = new Set(keys.map((key) => key.split('/')[0]))
  expect([...folders].sort()).toEqual(['_background', 'a%2Fb', 'box', 'disc'])
  expect(await textAt(`${prefix}${xmls.find((key) => key.startsWith('box/'))}`)).toContain('<name>box</name>')
  expect(output.trainImages).toBe(15)
})

test.each(['jumpstart', 'voc-folders', 'coco', 'image-json'] as const)(
  '%s copies images inside S3 and reads none',
  async (layout) => {
    await forget()
    bucket.sent.length = 0
    const output = await prepare(layout)
    const total = imagesIn(output)
    expect(bucket.sent.filter(({ command }) => command === 'CopyObjectCommand')).toHaveLength(total)
    expect(
      bucket.sent.filter(({ command, key }) => command === 'GetObjectCommand' && /\.(jpg|png)$/.test(key)),
    ).toEqual([])
    expect(
      bucket.sent.filter(({ command, key }) => command === 'PutObjectCommand' && /\.(jpg|png)$/.test(key)),
    ).toEqual([])
  },
)

test.each(channelLayouts)('%s: another experiment with the same split reuses what is there', async (layout) => {
  await forget()
  const first = await prepare(layout)
  bucket.sent.length = 0
  const other = anExperiment(record, check, { split, letter: 'b' })
  const second = await prepare(layout, other)
  const writes = bucket.sent.filter(({ command }) => /Put|Copy|Upload/.test(command)).map(({ key }) => key)
  expect(writes.filter((key) => !key.startsWith(`data/${other.id}/`) && !key.endsWith('/done.json'))).toEqual([])
  expect({ ...second, contents: second.contents.sha256 }).toEqual({ ...first, contents: first.contents.sha256 })
})

test.each(channelLayouts)('%s: what was deleted since is written again', async (layout) => {
  const output = await prepare(layout)
  const prefix = prefixOf(output, 0)
  const before = await keysUnder(prefix)
  await bucket.s3.send(new DeleteObjectCommand({ Bucket: 'assay', Key: prefix + before.at(-1) }))
  expect(await prepare(layout)).toEqual(output)
  expect(await keysUnder(prefix)).toEqual(before)
})

test.each(channelLayouts)(
  '%s: what would expire before the deadline is written again, nothing else',
  async (layout) => {
    const output = await prepare(layout)
    const root = prefixOf(output, 0).split('/').slice(0, 2).join('/') + '/'
    const all = (await keysUnder(root)).filter((key) => key !== 'done.json').map((key) => root + key)
    const writtenInDays = async (days: number) => {
      bucket.sent.length = 0
      await prepare(layout, experiment, { ...aContext(), now: () => new Date(Date.now() + days * 86_400_000) })
      const writes = bucket.sent.filter(({ command }) => /Put|Copy|Upload/.test(command)).map(({ key }) => key)
      return [...new Set(writes.filter((key) => all.includes(key)))].sort()
    }
    // The deadline is four days after the start: five days before they expire the channels last, three days before they do not.
    expect(await writtenInDays(KEPT_DAYS - 5)).toEqual([])
    expect(await writtenInDays(KEPT_DAYS - 3)).toEqual(all.sort())
  },
)

test('another seed prepares other channels', async () => {
  const ref = { experimentId: 'c'.repeat(13), stage: 'split' as const }
  const undealt = anExperiment(record, check, { letter: 'c', seed: 7 })
  const otherSplit = (await createSplit(deps())({ ref, experiment: undealt }, aContext())) as SplitOutput
  const first = await prepare('jumpstart')
  const second = await prepare('jumpstart', anExperiment(record, check, { letter: 'c', seed: 7, split: otherSplit }))
  expect(second.channels[0]?.s3Uri).not.toBe(first.channels[0]?.s3Uri)
})

test.each(['jumpstart', 'voc-folders', 'coco', 'image-json'] as const)(
  '%s goes on where a delivery broke off',
  async (layout) => {
    await forget()
    let copies = 0
    bucket.refuseWhere(({ command }) => command === 'CopyObjectCommand' && ++copies > 7)
    await expect(prepare(layout)).rejects.toThrow('refused by the test')
    expect((await keysUnder('prepared/')).filter((key) => key.endsWith('done.json'))).toEqual([])
    bucket.refuseWhere(() => false)
    bucket.sent.length = 0
    const output = await prepare(layout)
    expect(bucket.sent.filter(({ command }) => command === 'CopyObjectCommand')).toHaveLength(imagesIn(output) - 7)
  },
)

test('two deliveries at once come to the same outcome', async () => {
  await forget()
  const [one, other] = await Promise.all([prepare('recordio'), prepare('recordio')])
  expect(one).toEqual(other)
})

test('a stopped delivery leaves nothing that counts as done', async () => {
  await forget()
  const stopped = aContext(AbortSignal.abort(new Error('worker stops')))
  for (const layout of channelLayouts)
    await expect(prepare(layout, experiment, stopped)).rejects.toThrow('worker stops')
  expect((await keysUnder('prepared/')).filter((key) => key.endsWith('done.json'))).toEqual([])
})

test('a layout that does not exist is refused for good', async () => {
  const input = { ref: { experimentId: experiment.id, stage: 'prepare' as const, part: 'tfrecord' }, experiment }
  await expect(createPrepare(deps())(input, aContext())).rejects.toMatchObject({ code: 'layout_unknown' })
})

test('an image that was replaced since the check ends split and prepare for good', async () => {
  await forget()
  const files = await aDataset('sets/two/')
  await bucket.put(files)
  const other = aDatasetRecord('s3://assay/sets/two/')
  const otherCheck = await createCheckDataset(deps())(other, aContext())
  const undealt = anExperiment(other, otherCheck)
  const ref = { experimentId: undealt.id, stage: 'split' as const }
  const runSplit = () => createSplit(deps())({ ref, experiment: undealt }, aContext())
  const dealt = anExperiment(other, otherCheck, { split: (await runSplit()) as SplitOutput })
  const pictures = Object.keys(files).filter((key) => key.includes('/images/'))
  // The same number of bytes, so that only the content tells.
  for (const key of pictures) {
    const changed = Buffer.from(files[key] ?? '')
    changed[changed.length - 3] = (changed[changed.length - 3] ?? 0) ^ 1
    await bucket.put({ [key]: changed })
  }
  await expect(runSplit()).rejects.toMatchObject({ code: 'dataset_changed' })
  for (const layout of channelLayouts)
    await expect(prepare(layout, dealt)).rejects.toMatchObject({ name: 'PermanentError', code: 'dataset_changed' })
  await bucket.s3.send(new DeleteObjectCommand({ Bucket: 'assay', Key: pictures[0] }))
  await expect(runSplit()).rejects.toMatchObject({ code: 'dataset_changed' })
})

test('a data set with faults has no manifest and cannot be split', async () => {
  await bucket.put({ 'sets/bad/a.jpg': 'no image', 'sets/bad/a.xml': '<annotation/>' })
  const bad = aDatasetRecord('s3://assay/sets/bad/')
  const rejected = await createCheckDataset(deps())(bad, aContext())
  expect(rejected).toMatchObject({ status: 'rejected', faults: { byCode: { image_not_supported: 1 } } })
  expect(rejected.manifest).toBeUndefined()
  const of = anExperiment(bad, rejected)
  const run = createSplit(deps())({ ref: { experimentId: of.id, stage: 'split' }, experiment: of }, aContext())
  await expect(run).rejects.toMatchObject({ code: 'dataset_rejected' })
})

test('an empty prefix is a data set of no layout', async () => {
  const found = await createCheckDataset(deps())(aDatasetRecord('s3://assay/nothing/'), aContext())
  expect(found).toMatchObject({ status: 'rejected', images: 0, faults: { byCode: { layout_unknown: 2 } } })
})
