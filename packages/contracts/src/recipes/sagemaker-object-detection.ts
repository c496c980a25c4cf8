import { z } from 'zod'

/** Settings of the built-in algorithm beside those of every approach. */
export const objectDetectionFields = {
  /** How the images reach the algorithm: packed into RecordIO, as files with a JSON file an image, or listed by an augmented manifest. (Default: recordio) */
  channels: z.enum(['recordio', 'image-json', 'augmented-manifest']).default('recordio'),
}
