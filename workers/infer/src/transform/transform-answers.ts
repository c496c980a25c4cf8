import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3'
import type { DatasetImage } from '@assay/contracts'
import { InvalidAnswer } from '@assay/recipes'
import type { Answers } from '../answers.ts'
import { matchOutputs } from './match-outputs.ts'

interface S3Folder {
  bucket: string
  /** Ends with a slash. */
  prefix: string
}

/** Keys of a transform job's outputs by image id. */
export const transformOutputs = async (
  s3: S3Client,
  { bucket, prefix }: S3Folder,
  images: readonly Pick<DatasetImage, 'id' | 'key'>[],
): Promise<ReadonlyMap<number, string>> => {
  const outputs: string[] = []
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix }))
    for (const { Key = '' } of Contents) outputs.push(Key.slice(prefix.length))
  const matched = matchOutputs(images, outputs)
  return new Map([...matched].map(([id, output]) => [id, prefix + output]))
}

/** Reads what a transform job has said already. */
export const transformAnswers = async (
  s3: S3Client,
  folder: S3Folder,
  images: readonly DatasetImage[],
): Promise<Answers> => {
  const keys = await transformOutputs(s3, folder, images)
  return {
    message: 'reads the answers of the transform job',
    again: false,
    of: async (image) => {
      const key = keys.get(image.id)
      if (key === undefined) throw new InvalidAnswer(`the transform job left no answer below ${folder.prefix}`)
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: folder.bucket, Key: key }))
      return { body: (await Body?.transformToByteArray()) ?? new Uint8Array(), sent: image }
    },
  }
}
