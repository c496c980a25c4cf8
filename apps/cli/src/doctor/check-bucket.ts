import { randomUUID } from 'node:crypto'
import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { type CloudClients, findBucket } from '@assay/cloud'
import { failed, type Finding, ok } from './finding.ts'

type BucketClients = Pick<CloudClients, 's3' | 's3OfAnyOwner'>

interface BucketSettings {
  bucket: string
  region: string
  /** The account that is to own it, by the settings; the clients say so to S3. */
  owner: string | undefined
}

const statusOf = (error: unknown) =>
  (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode

const isConditional = async (s3: S3Client, bucket: string): Promise<boolean> => {
  const Key = `doctor/${randomUUID()}`
  const put = () => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: new Uint8Array(), IfNoneMatch: '*' }))
  await put()
  try {
    await put()
    return false
  } catch (error) {
    if (statusOf(error) !== 412) throw error
    return true
  } finally {
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }))
  }
}

type BucketCheck = 'bucket' | 'data set bucket'

const advice: Record<BucketCheck, Record<'missing' | 'foreign' | 'elsewhere', string>> = {
  bucket: {
    missing: 'create it, or set ASSAY_BUCKET to one that does',
    foreign:
      'set ASSAY_BUCKET to a bucket of that account, or ASSAY_BUCKET_OWNER to the account that is to own it; until then no process starts',
    elsewhere: 'SageMaker reads from buckets of its own region only: set ASSAY_REGION, or ASSAY_BUCKET to one there',
  },
  'data set bucket': {
    missing: 'create it, or take it out of ASSAY_DATASET_BUCKETS',
    foreign:
      'where that is meant to be, write NAME=ACCOUNT in ASSAY_DATASET_BUCKETS; until then its data sets and code are refused',
    elsewhere: 'SageMaker reads from buckets of its own region only: copy its data sets to one there',
  },
}

/** What is wrong with a bucket before anything is read or written there; undefined where it is there, of its owner and of the region. */
const placeFault = async (
  check: BucketCheck,
  clients: BucketClients,
  { bucket, region, owner }: BucketSettings,
): Promise<Finding | undefined> => {
  const found = await findBucket(clients, bucket)
  if (found.state === 'missing') return failed(check, `${bucket} does not exist`, advice[check].missing)
  if (found.state === 'foreign')
    return failed(check, `${bucket} belongs to another account than ${owner}`, advice[check].foreign)
  if (found.state === 'denied')
    return failed(
      check,
      `${bucket} may not be listed with these credentials`,
      "allow s3:ListBucket on it (docs/iam), in the bucket's own policy too where another account owns it",
    )
  return found.region === undefined || found.region === region
    ? undefined
    : failed(check, `${bucket} is in ${found.region}, the jobs run in ${region}`, advice[check].elsewhere)
}

/** The bucket: there, its owner's, in the region, and keeping the first of two writes. Writes one empty object below doctor/ and removes it. */
export const checkBucket = async (clients: BucketClients, settings: BucketSettings): Promise<Finding[]> => {
  const fault = await placeFault('bucket', clients, settings)
  if (fault) return [fault]
  const { bucket, region } = settings
  try {
    return (await isConditional(clients.s3, bucket))
      ? [ok('bucket', `${bucket} in ${region} can be written, and keeps the first of two writes`)]
      : [
          failed(
            'bucket',
            `${bucket} let a second write replace the first despite If-None-Match`,
            'use Amazon S3: the ledger rests on conditional writes',
          ),
        ]
  } catch (error) {
    const allow = 'allow s3:PutObject, s3:GetObject and s3:DeleteObject on the bucket (docs/iam)'
    return [failed('bucket', `${bucket} cannot be written: ${(error as Error).name}`, allow)]
  }
}

/** A bucket of data sets and code: there, its owner's, in the region. */
export const checkDatasetBucket = async (clients: BucketClients, settings: BucketSettings): Promise<Finding> =>
  (await placeFault('data set bucket', clients, settings)) ??
  ok('data set bucket', `${settings.bucket} of account ${settings.owner}`)

/** The public models of the region, without which JumpStart approaches cannot be resolved. */
export const checkJumpStart = async (s3: S3Client, region: string): Promise<Finding[]> => {
  const Bucket = `jumpstart-cache-prod-${region}`
  try {
    await s3.send(new HeadObjectCommand({ Bucket, Key: 'models_manifest.json' }))
    return [ok('jumpstart', `s3://${Bucket} has its manifest of models`)]
  } catch (error) {
    return [
      failed(
        'jumpstart',
        `s3://${Bucket}/models_manifest.json: ${statusOf(error) ?? (error as Error).name}`,
        'use a region that has JumpStart, or allow s3:GetObject on that bucket; other recipes do not need it',
      ),
    ]
  }
}
