import { createHash } from 'node:crypto'
import {
  type Channel,
  type ChannelLayout,
  type DatasetImage,
  type DatasetManifest,
  type PartName,
  type PrepareContents,
  type PreparedChannels,
  type SplitManifest,
  trainedPartsOf,
} from '@assay/contracts'
import { manifestAttributes } from './augmented-manifest-channel.ts'
import { bytewise } from './bytewise.ts'
import { classIndex, fitsRecordIO } from './recordio-channel.ts'
import { trainedObjects } from './trained-objects.ts'

/** What an algorithm's channel is made of. */
export interface ChannelPlan {
  name: string
  parts: readonly PartName[]
  contentType?: string
  /** Name of a second channel with the annotations, where the layout keeps them apart. */
  annotations?: string
  /** Name of the one file that the channel is, where it lists images that stay where they are. */
  manifestFile?: string
  /** In ascending id order. */
  images: DatasetImage[]
  /** Images of the parts that the layout cannot hold. */
  leftOut: number
}

const AUGMENTED_MANIFEST = 'manifest.jsonl'

const channelsOf: Record<ChannelLayout, Omit<ChannelPlan, 'images' | 'leftOut'>[]> = {
  recordio: [
    { name: 'train', parts: trainedPartsOf.recordio, contentType: 'application/x-recordio' },
    { name: 'validation', parts: ['validation'], contentType: 'application/x-recordio' },
  ],
  jumpstart: [{ name: 'training', parts: trainedPartsOf.jumpstart }],
  'voc-folders': [
    { name: 'training', parts: trainedPartsOf['voc-folders'] },
    { name: 'validation', parts: ['validation'] },
  ],
  coco: [
    { name: 'training', parts: trainedPartsOf.coco },
    { name: 'validation', parts: ['validation'] },
  ],
  'image-json': [
    {
      name: 'train',
      parts: trainedPartsOf['image-json'],
      contentType: 'application/x-image',
      annotations: 'train_annotation',
    },
    {
      name: 'validation',
      parts: ['validation'],
      contentType: 'application/x-image',
      annotations: 'validation_annotation',
    },
  ],
  'augmented-manifest': [
    {
      name: 'train',
      parts: trainedPartsOf['augmented-manifest'],
      contentType: 'application/x-recordio',
      manifestFile: AUGMENTED_MANIFEST,
    },
    {
      name: 'validation',
      parts: ['validation'],
      contentType: 'application/x-recordio',
      manifestFile: AUGMENTED_MANIFEST,
    },
  ],
}

/** Layouts that can hold an image without objects. */
const holdsEmptyImages: readonly ChannelLayout[] = ['voc-folders', 'coco']

/** Which image goes into which channel of a layout. */
export const planChannels = (layout: ChannelLayout, manifest: DatasetManifest, split: SplitManifest): ChannelPlan[] => {
  const partOf = new Map(split.images.map(({ id, part }) => [id, part]))
  return channelsOf[layout].map((channel) => {
    const all = manifest.images.filter(({ id }) => channel.parts.includes(partOf.get(id) ?? 'test'))
    const images = holdsEmptyImages.includes(layout) ? all : all.filter(fitsRecordIO)
    return { ...channel, images, leftOut: all.length - images.length }
  })
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Changes with what the same split would be written as; what was prepared before is then prepared again. */
const WRITER_VERSION = 1

/** The same for the same images, boxes, parts and layout, whatever experiment asks. */
export const preparedPrefix = (layout: ChannelLayout, fingerprint: string, split: SplitManifest): string => {
  const parts = sha256(JSON.stringify(split.images.map(({ id, part }) => [id, part])))
  return `prepared/${sha256(JSON.stringify([WRITER_VERSION, fingerprint, parts, layout]))}/`
}

/** The channels that a plan becomes: its own and, where the layout keeps annotations apart, theirs. */
const describeChannels = (
  { name, contentType, annotations, manifestFile, images }: ChannelPlan,
  bucket: string,
  prefix: string,
): Channel[] => {
  const shared = {
    ...(contentType ? { contentType } : {}),
    images: images.length,
    contentSha256: sha256(
      images
        .map((image) => image.sha256)
        .sort(bytewise)
        .join('\n'),
    ),
  }
  const uri = (channel: string) => `s3://${bucket}/${prefix}${channel}/`
  return [
    {
      name,
      s3Uri: uri(name) + (manifestFile ?? ''),
      ...(manifestFile === undefined ? {} : { attributeNames: [...manifestAttributes] }),
      ...shared,
    },
    ...(annotations === undefined ? [] : [{ name: annotations, s3Uri: uri(annotations), ...shared }]),
  ]
}

/** What a prepare stage says of its channels, but for the proof of their contents. Pure: a plan shows the same before anything is written. */
export const describePrepared = (
  layout: ChannelLayout,
  plans: readonly ChannelPlan[],
  { bucket, prefix, categories }: { bucket: string; prefix: string; categories: DatasetManifest['categories'] },
): PreparedChannels => {
  const written = plans.flatMap(({ images }) => images)
  return {
    layout,
    channels: plans.flatMap((plan) => describeChannels(plan, bucket, prefix)),
    classes: classIndex(categories),
    trainImages: plans[0]?.images.length ?? 0,
    seenParts: plans.flatMap(({ parts }) => parts),
    maxObjects: written.reduce((most, image) => Math.max(most, trainedObjects(image).length), 0),
  }
}

export const contentsOf = (plans: readonly ChannelPlan[]): PrepareContents => ({
  schemaVersion: 1,
  channels: plans.map(({ name, images, leftOut }) => ({
    name,
    images: images.map(({ id, sha256 }) => ({ id, sha256 })),
    leftOut,
  })),
})
