import { channelFileNames, cocoAnnotations } from '@assay/datasets'
import { writeFiles, type Writer } from './write-files.ts'

/** images/ and one annotations.json a channel. */
export const writeCoco: Writer = (target, manifest, plans) => {
  const names = channelFileNames(manifest.images)
  const images = plans.flatMap(({ name, images }) =>
    images.map((image) => [`${name}/images/${names.get(image.id)}`, image] as const),
  )
  return writeFiles(target, manifest, new Map(images), () =>
    plans.map(({ name, images }) => ({
      path: `${name}/annotations.json`,
      text: cocoAnnotations(images, names, manifest.categories),
    })),
  )
}
