import { readBodyClaims } from '../body-claims.ts'
import type { S3Call } from '../call.ts'
import { refuseUnsupported } from '../object-attributes.ts'
import { readShortBody } from '../receive-body.ts'
import { answer, answerXml, xmlTime } from '../respond.ts'
import { S3Error } from '../s3-error.ts'
import { childText, element, parseXmlRequest } from '../xml.ts'

/** The one account there is. */
export const owner = `<Owner>${element('ID', '0'.repeat(64))}${element('DisplayName', 'local')}</Owner>`

const usEast = 'us-east-1'
const maxBodyBytes = 64 << 10

export const listBuckets = (call: S3Call): void => {
  const { query } = call
  const prefix = query.get('prefix') ?? ''
  const after = query.get('continuation-token') ?? ''
  const limit = Number(query.get('max-buckets') ?? 10_000)
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw new S3Error('InvalidArgument', 'Argument max-buckets must be an integer between 1 and 10000')
  const found = call.buckets.list().filter(({ name }) => name.startsWith(prefix) && name > after)
  const page = found.slice(0, limit)
  const listed = page
    .map(
      ({ name, index }) =>
        `<Bucket>${element('Name', name)}${element('CreationDate', xmlTime(index.createdMs))}</Bucket>`,
    )
    .join('')
  const token = found.length > page.length ? page.at(-1)?.name : undefined
  answerXml(
    call,
    'ListAllMyBucketsResult',
    `${owner}<Buckets>${listed}</Buckets>${element('ContinuationToken', token)}${element('Prefix', query.get('prefix') ?? undefined)}`,
  )
}

const checkLocation = (location: string | undefined, region: string) => {
  if ((location ?? usEast) === region) return
  throw new S3Error(
    'IllegalLocationConstraintException',
    `The ${location ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  )
}

export const createBucket = async (call: S3Call): Promise<void> => {
  const { req, query, region, buckets } = call
  refuseUnsupported(req.headers)
  if (req.headers['x-amz-bucket-object-lock-enabled'] === 'true')
    throw new S3Error('NotImplemented', undefined, { Header: 'x-amz-bucket-object-lock-enabled' })
  const hasBody = Number(req.headers['content-length'] ?? 0) > 0 || req.headers['transfer-encoding'] !== undefined
  const body = hasBody
    ? await readShortBody(call.body, readBodyClaims(req, query), maxBodyBytes, call.chunkVerifier)
    : Buffer.alloc(0)
  const location = body.length
    ? childText(parseXmlRequest(body, 'CreateBucketConfiguration'), 'LocationConstraint')
    : undefined
  checkLocation(location, region)
  // Only us-east-1 takes a second creation as a success.
  if (buckets.find(call.bucket) && region !== usEast)
    throw new S3Error('BucketAlreadyOwnedByYou', undefined, { BucketName: call.bucket })
  buckets.create(call.bucket)
  answer(call, 200, { location: `/${call.bucket}` })
}

export const headBucket = (call: S3Call): void => {
  call.buckets.get(call.bucket)
  answer(call, 200, {
    'content-type': 'application/xml',
    'x-amz-bucket-region': call.region,
    'x-amz-access-point-alias': 'false',
  })
}

export const deleteBucket = (call: S3Call): void => {
  call.buckets.remove(call.bucket)
  answer(call, 204)
}

export const getBucketLocation = (call: S3Call): void => {
  call.buckets.get(call.bucket)
  const { region } = call
  answer(
    call,
    200,
    { 'content-type': 'application/xml' },
    `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${region === usEast ? '' : region}</LocationConstraint>`,
  )
}

/** No bucket here keeps versions, and none has been asked to: an answer without a Status. */
export const getBucketVersioning = (call: S3Call): void => {
  call.buckets.get(call.bucket)
  answerXml(call, 'VersioningConfiguration', '')
}
