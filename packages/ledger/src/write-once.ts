import { randomUUID } from 'node:crypto'
import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3'

/** JSON documents that are written once: the first writer wins. */
export interface Documents {
  /** Writes `{writer, ...value}` unless the key exists. Answers whether this call's document is the stored one. */
  create: (key: string, value: object) => Promise<boolean>
  /** undefined where there is none. */
  read: (key: string) => Promise<unknown>
}

const isConflict = (error: unknown) => error instanceof S3ServiceException && error.$metadata.httpStatusCode === 409
const isPreconditionFailed = (error: unknown) =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412

export const createDocuments = ({ s3, bucket }: { s3: S3Client; bucket: string }): Documents => {
  const read = async (key: string): Promise<unknown> => {
    try {
      const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
      return JSON.parse((await answer.Body?.transformToString()) ?? 'null')
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined
      throw error
    }
  }
  const create: Documents['create'] = async (key, value) => {
    // The SDK repeats a put whose answer was lost; a 412 on a document with our own writer is then our own success.
    const writer = randomUUID()
    const put = new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: `${JSON.stringify({ ...value, writer })}\n`,
      ContentType: 'application/json',
      IfNoneMatch: '*',
    })
    for (let conflicts = 0; ; conflicts++) {
      try {
        await s3.send(put)
        return true
      } catch (error) {
        if (isPreconditionFailed(error)) {
          const stored = await read(key)
          if (stored === undefined) continue
          return (stored as { writer?: string }).writer === writer
        }
        // Two conditional writes at once: S3 asks to try again.
        if (!isConflict(error) || conflicts >= 10) throw error
      }
    }
  }
  return { create, read }
}
