import { Readable } from 'node:stream'
import { Upload } from '@aws-sdk/lib-storage'
import { readCheckedImage } from '@assay/cloud'
import type { ChannelLayout, DatasetImage } from '@assay/contracts'
import {
  channelFileNames,
  classIndex,
  jumpstartAnnotations,
  strataOf,
  vocFolderPaths,
  vocXml,
  writeRecordIO,
} from '@assay/datasets'
import { writeAugmentedManifest } from './write-augmented-manifest.ts'
import { writeCoco } from './write-coco.ts'
import { listThere, writeFiles, type Writer } from './write-files.ts'
import { writeImageJson } from './write-image-json.ts'

const writeJumpstart: Writer = (target, manifest, plans) => {
  const names = channelFileNames(manifest.images)
  const images = plans.flatMap(({ name, images }) =>
    images.map((image) => [`${name}/images/${names.get(image.id)}`, image] as const),
  )
  return writeFiles(target, manifest, new Map(images), () =>
    plans.map(({ name, images }) => ({
      path: `${name}/annotations.json`,
      text: jumpstartAnnotations(images, names),
    })),
  )
}

const writeVocFolders: Writer = (target, manifest, plans) => {
  const names = channelFileNames(manifest.images)
  const strata = strataOf(manifest)
  const classNames = new Map(manifest.categories.map(({ id, name }) => [id, name]))
  const pathsOf = (channel: string, { id }: DatasetImage) => {
    const stratum = strata.get(id)
    const name = names.get(id) ?? ''
    const paths = vocFolderPaths(name, stratum === undefined ? undefined : classNames.get(stratum))
    return { name, image: `${channel}/${paths.image}`, annotation: `${channel}/${paths.annotation}` }
  }
  const images = new Map(
    plans.flatMap(({ name, images }) => images.map((image) => [pathsOf(name, image).image, image] as const)),
  )
  return writeFiles(target, manifest, images, function* () {
    for (const { name: channel, images } of plans)
      for (const image of images) {
        const { name, annotation } = pathsOf(channel, image)
        yield { path: annotation, text: vocXml(image, name, manifest.categories) }
      }
  })
}

/** 10,000 parts, the most that S3 takes, of this size hold 160 GB. */
const PART_BYTES = 16 * 1024 ** 2

const writeRecordFiles: Writer = async (target, manifest, plans) => {
  const { s3, bucket, prefix, signal, onImage } = target
  const there = await listThere(target)
  const classes = classIndex(manifest.categories)
  let done = 0
  const read = async (image: DatasetImage) => {
    signal.throwIfAborted()
    const bytes = await readCheckedImage(s3, manifest.bucket, image)
    onImage(++done)
    return bytes
  }
  const missing = plans.filter(({ name }) => !there.has(`${name}/${name}.rec`))
  for (const { name, images, contentType } of missing) {
    const upload = new Upload({
      client: s3,
      params: {
        Bucket: bucket,
        Key: `${prefix}${name}/${name}.rec`,
        Body: Readable.from(writeRecordIO(images, classes, read), { objectMode: false }),
        ...(contentType ? { ContentType: contentType } : {}),
      },
      partSize: PART_BYTES,
      queueSize: 2,
    })
    await upload.done()
  }
  return missing.length
}

/** Write the channels of a layout. Safe to repeat and to run twice at once: every key has one possible content. */
export const writers: Record<ChannelLayout, Writer> = {
  recordio: writeRecordFiles,
  jumpstart: writeJumpstart,
  'voc-folders': writeVocFolders,
  coco: writeCoco,
  'image-json': writeImageJson,
  'augmented-manifest': writeAugmentedManifest,
}
