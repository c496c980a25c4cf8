import type { DatasetImage } from '@assay/contracts'

export interface TransformInput {
  /** Where the list of images lies below the experiment's data, but for its hash. */
  name: string
  /** A ManifestFile: SageMaker reads the images where they are. */
  text: string
  /** Where the answers go below the experiment's data. Ends with a slash. */
  outputs: string
  /** Of the largest image. */
  mostBytes: number
}

/** What a transform job of an attempt reads and where it writes. Pure. */
export const transformInput = (
  approachId: string,
  attempt: number,
  {
    images,
    bucket,
    location,
  }: {
    images: readonly Pick<DatasetImage, 'key' | 'bytes'>[]
    bucket: string
    /** Address of the data set. Ends with a slash. */
    location: string
  },
): TransformInput => {
  const folder = location.replace(/^s3:\/\/[^/]+\//, '')
  const names = images.map(({ key }) => key.slice(folder.length))
  return {
    name: `transforms/${approachId}-images.json`,
    text: `${JSON.stringify([{ prefix: `s3://${bucket}/${folder}` }, ...names])}\n`,
    outputs: `transforms/${approachId}/${attempt}/`,
    mostBytes: Math.max(0, ...images.map(({ bytes }) => bytes)),
  }
}
