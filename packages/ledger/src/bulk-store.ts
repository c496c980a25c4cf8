import { createHash } from 'node:crypto'
import {
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { StoredObject } from '@assay/contracts'

/** Bulk data of an experiment under `data/<id>/`, at keys that contain its SHA-256; only what an outcome names counts. */
export interface BulkStore {
  /** Writes the bytes once, in a folder named by their SHA-256: `a/b.txt` at `data/<id>/a/<sha256>/b.txt`. */
  put: (experimentId: string, name: string, bytes: Uint8Array | string, contentType?: string) => Promise<StoredObject>
  putJson: (experimentId: string, name: string, value: unknown) => Promise<StoredObject>
  /** Whether there is an object of this key in the bucket, ours or the cloud's. */
  exists: (key: string) => Promise<boolean>
  /** Throws when what is stored is not what was written. */
  get: (object: StoredObject) => Promise<Uint8Array>
  /** Parses JSON after the check of its hash. */
  getJson: (object: StoredObject) => Promise<unknown>
}

/** Where bytes come to lie, and what names them; nothing is written. */
export const bulkObject = (experimentId: string, name: string, bytes: Uint8Array): StoredObject => {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const slash = name.lastIndexOf('/') + 1
  const key = `data/${experimentId}/${name.slice(0, slash)}${sha256}/${name.slice(slash)}`
  return { key, sha256, bytes: bytes.byteLength }
}

export const createBulkStore = ({ s3, bucket }: { s3: S3Client; bucket: string }): BulkStore => {
  const get = async ({ key, sha256 }: StoredObject) => {
    const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    // Hashed as it arrives, so that even a large object never holds the event loop.
    const hash = createHash('sha256')
    const chunks: Uint8Array[] = []
    for await (const chunk of answer.Body as AsyncIterable<Uint8Array>) {
      hash.update(chunk)
      chunks.push(chunk)
    }
    const bytes = Buffer.concat(chunks)
    const met = hash.digest('hex')
    if (met !== sha256) throw new Error(`s3://${bucket}/${key} holds bytes of SHA-256 ${met}, ${sha256} needed`)
    return bytes
  }
  const exists: BulkStore['exists'] = async (key) => {
    try {
      await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
      return true
    } catch (error) {
      if (error instanceof NotFound || error instanceof NoSuchKey) return false
      throw error
    }
  }
  const put: BulkStore['put'] = async (experimentId, name, content, contentType = 'application/octet-stream') => {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
    const stored = bulkObject(experimentId, name, bytes)
    if (!(await exists(stored.key)))
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: stored.key, Body: bytes, ContentType: contentType }))
    return stored
  }
  return {
    put,
    exists,
    putJson: (experimentId, name, value) => put(experimentId, name, `${JSON.stringify(value)}\n`, 'application/json'),
    get,
    getJson: async (object) => JSON.parse(new TextDecoder().decode(await get(object))) as unknown,
  }
}
