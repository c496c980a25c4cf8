import { augmentedManifestLine, classIndex } from '@assay/datasets'
import { refuseChanged } from './refuse-changed.ts'
import { writeFiles, type Writer } from './write-files.ts'

/** One list a channel; the images stay in the data set's own place, so they must still be what was checked. */
export const writeAugmentedManifest: Writer = async (target, manifest, plans) => {
  const [{ key, file } = { key: '', file: '' }] = manifest.images
  await refuseChanged(target.s3, `s3://${manifest.bucket}/${key.slice(0, key.length - file.length)}`, manifest)
  const classes = classIndex(manifest.categories)
  const lines = (images: (typeof plans)[number]['images']) =>
    images.map((image) => `${augmentedManifestLine(image, manifest.bucket, classes, manifest.categories)}\n`).join('')
  return writeFiles(target, manifest, new Map(), () =>
    plans.map(({ name, manifestFile, images }) => ({ path: `${name}/${manifestFile}`, text: lines(images) })),
  )
}
