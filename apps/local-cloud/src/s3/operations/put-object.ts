import { readBodyClaims } from '../body-claims.ts'
import type { S3Call } from '../call.ts'
import { checksumHeader } from '../checksum.ts'
import { commitObject } from '../commit.ts'
import { readConditions } from '../conditions.ts'
import { readAttributes } from '../object-attributes.ts'
import type { ObjectRecord } from '../object-record.ts'
import { receiveBody } from '../receive-body.ts'
import { answer } from '../respond.ts'

export const putObject = async (call: S3Call): Promise<void> => {
  const { req, query, key, buckets } = call
  const bucket = buckets.get(call.bucket)
  const attributes = readAttributes(req.headers)
  const received = await receiveBody(call.body, readBodyClaims(req, query), buckets.blobs, call.chunkVerifier)
  const record: ObjectRecord = {
    key,
    blob: received.blob,
    sizeBytes: received.sizeBytes,
    etag: received.md5Hex,
    modifiedMs: Date.now(),
    ...attributes,
    ...(received.checksum ? { checksum: { ...received.checksum, type: 'FULL_OBJECT' } } : {}),
  }
  commitObject(buckets, bucket, record, readConditions(req.headers))
  answer(call, 200, {
    etag: `"${record.etag}"`,
    'x-amz-server-side-encryption': 'AES256',
    ...(record.checksum
      ? { [checksumHeader(record.checksum.algorithm)]: record.checksum.value, 'x-amz-checksum-type': 'FULL_OBJECT' }
      : {}),
  })
}
