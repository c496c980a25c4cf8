import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'

/** The documents of one experiment by their path below `experiments/<id>/`. */
export type ExperimentDocuments = ReadonlyMap<string, unknown>

const CACHED_EXPERIMENTS = 500
const READS_AT_ONCE = 16

/** Lists an experiment's documents and reads those not seen before: documents never change, so they are cached by key. */
export const createDocumentReader = ({ s3, bucket }: { s3: S3Client; bucket: string }) => {
  const cache = new Map<string, Map<string, unknown>>()

  const cacheOf = (experimentId: string) => {
    const known = cache.get(experimentId) ?? new Map<string, unknown>()
    cache.delete(experimentId)
    cache.set(experimentId, known)
    const [oldest] = cache.keys()
    if (cache.size > CACHED_EXPERIMENTS && oldest !== undefined) cache.delete(oldest)
    return known
  }

  return async (experimentId: string): Promise<ExperimentDocuments> => {
    const prefix = `experiments/${experimentId}/`
    const known = cacheOf(experimentId)
    const listed: string[] = []
    let token: string | undefined
    do {
      const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }))
      for (const { Key } of page.Contents ?? []) if (Key) listed.push(Key.slice(prefix.length))
      token = page.NextContinuationToken
    } while (token)
    const missing = listed.filter((path) => !known.has(path))
    const readNext = async () => {
      for (let path = missing.pop(); path !== undefined; path = missing.pop()) {
        const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: prefix + path }))
        known.set(path, JSON.parse((await answer.Body?.transformToString()) ?? 'null'))
      }
    }
    await Promise.all(Array.from({ length: Math.min(READS_AT_ONCE, missing.length) }, readNext))
    return new Map(listed.map((path) => [path, known.get(path)]))
  }
}
