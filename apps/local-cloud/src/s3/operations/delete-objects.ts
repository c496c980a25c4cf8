import { readBodyClaims } from '../body-claims.ts'
import type { Bucket, Buckets } from '../buckets.ts'
import type { S3Call } from '../call.ts'
import { checkWrite, readConditions } from '../conditions.ts'
import { checkVersion } from '../find-object.ts'
import { readShortBody } from '../receive-body.ts'
import { checkKey } from '../request.ts'
import { answer, answerXml } from '../respond.ts'
import { S3Error } from '../s3-error.ts'
import { children, childText, element, parseXmlRequest } from '../xml.ts'

const maxKeys = 1000
const maxBodyBytes = 4 << 20

/** Deletes what is there; what is not there is deleted already. */
const removeObject = (buckets: Buckets, bucket: Bucket, key: string): void => {
  const gone = bucket.index.delete(key)
  if (gone) buckets.blobs.remove(gone.blob)
}

export const deleteObject = (call: S3Call): void => {
  const { buckets, key, req, query } = call
  const bucket = buckets.get(call.bucket)
  checkVersion(query.get('versionId'))
  const { ifMatch } = readConditions(req.headers)
  if (ifMatch !== undefined) checkWrite({ ifMatch }, bucket.index.get(key), key)
  removeObject(buckets, bucket, key)
  answer(call, 204)
}

export const deleteObjects = async (call: S3Call): Promise<void> => {
  const { req, buckets } = call
  const bucket = buckets.get(call.bucket)
  const claims = readBodyClaims(req, call.query)
  if (claims.contentMd5 === undefined && !claims.checksum && claims.framing === 'plain')
    throw new S3Error('InvalidRequest', 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*')
  const request = parseXmlRequest(await readShortBody(call.body, claims, maxBodyBytes, call.chunkVerifier), 'Delete')
  const objects = children(request, 'Object')
  if (objects.length === 0 || objects.length > maxKeys) throw new S3Error('MalformedXML')
  const quiet = childText(request, 'Quiet') === 'true'
  const results = objects.map((object) => {
    const key = childText(object, 'Key')
    if (key === undefined || key === '') throw new S3Error('MalformedXML')
    return { key, versionId: childText(object, 'VersionId') ?? null, etag: childText(object, 'ETag') }
  })
  const listed = results.map(({ key, versionId, etag }) => {
    try {
      checkKey(key)
      checkVersion(versionId)
      if (etag !== undefined) checkWrite({ ifMatch: etag }, bucket.index.get(key), key)
      removeObject(buckets, bucket, key)
      return quiet ? '' : `<Deleted>${element('Key', key)}</Deleted>`
    } catch (error) {
      if (!(error instanceof S3Error)) throw error
      return `<Error>${element('Key', key)}${element('Code', error.code)}${element('Message', error.message)}</Error>`
    }
  })
  answerXml(call, 'DeleteResult', listed.join(''))
}
