import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import { type FileSource, type ListedFile, ownText } from '@assay/datasets'

/** `s3://bucket/prefix` in two; the prefix ends with a slash or is empty. */
export const splitS3Uri = (uri: string): { bucket: string; prefix: string } => {
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? []
  return { bucket, prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/` }
}

/** All objects under a prefix, with paths relative to it, in bytewise order. */
export async function* listObjects(s3: S3Client, bucket: string, prefix: string): AsyncGenerator<ListedFile> {
  let token: string | undefined
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(token ? { ContinuationToken: token } : {}) }),
    )
    for (const { Key = '', Size = 0, ETag, LastModified } of page.Contents ?? [])
      yield {
        path: ownText(Key.slice(prefix.length)),
        bytes: Size,
        ...(ETag ? { etag: ownText(ETag) } : {}),
        ...(LastModified ? { writtenAt: LastModified } : {}),
      }
    token = page.IsTruncated ? page.NextContinuationToken : undefined
  } while (token)
}

export const readObject = async (s3: S3Client, bucket: string, key: string): Promise<Uint8Array> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
  return (await Body?.transformToByteArray()) ?? new Uint8Array()
}

/** A data set under a prefix of a bucket. */
export const createS3Source = (s3: S3Client, bucket: string, prefix: string): FileSource => ({
  list: () => listObjects(s3, bucket, prefix),
  read: (path) => readObject(s3, bucket, prefix + path),
})
