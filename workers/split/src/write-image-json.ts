import { channelFileNames, classIndex, imageAnnotation } from '@assay/datasets'
import { writeFiles, type Writer } from './write-files.ts'

/** Images in one channel, a JSON file for each in the channel beside it. */
export const writeImageJson: Writer = (target, manifest, plans) => {
  const names = channelFileNames(manifest.images)
  const classes = classIndex(manifest.categories)
  const fileOf = (id: number) => names.get(id) ?? ''
  const images = plans.flatMap(({ name, images }) =>
    images.map((image) => [`${name}/${fileOf(image.id)}`, image] as const),
  )
  return writeFiles(target, manifest, new Map(images), function* () {
    for (const { annotations, images } of plans)
      for (const image of images) {
        const file = fileOf(image.id)
        yield {
          path: `${annotations}/${file.replace(/\.[^.]*$/, '')}.json`,
          text: imageAnnotation(image, file, classes, manifest.categories),
        }
      }
  })
}
