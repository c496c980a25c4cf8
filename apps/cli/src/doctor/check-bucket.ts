import { randomUUID } from 'node:crypto'
import {
  DeleteObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { failed, type Finding, fromError, ok } from './finding.ts'

interface BucketSettings {
  bucket: string
  region: string
  /** Account of the credentials, where it is known. */
  account: string | undefined
}

const statusOf = (error: unknown) =>
  (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode

const isConditional = async (s3: S3Client, bucket: string): Promise<boolean> => {
  const Key = `doctor/${randomUUID()}`
  const put = () => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: '', IfNoneMatch: '*' }))
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

/** The bucket: there, ours, in the region, and keeping the first of two writes. Writes one empty object below doctor/ and removes it. */
export const checkBucket = async (s3: S3Client, { bucket, region, account }: BucketSettings): Promise<Finding[]> => {
  try {
    const { BucketRegion } = await s3.send(new HeadBucketCommand({ Bucket: bucket }))
    if (BucketRegion !== undefined && BucketRegion !== region)
      return [
        failed(
          'bucket',
          `${bucket} is in ${BucketRegion}, the jobs run in ${region}`,
          'SageMaker reads from buckets of its own region only: set ASSAY_REGION, or ASSAY_BUCKET to one there',
        ),
      ]
  } catch (error) {
    if (statusOf(error) === 404)
      return [failed('bucket', `${bucket} does not exist`, 'create it, or set ASSAY_BUCKET to one that does')]
    return [
      fromError('bucket', error, { allow: 's3:ListBucket', advice: 'set ASSAY_BUCKET to a bucket that you may use' }),
    ]
  }
  if (account !== undefined)
    try {
      await s3.send(new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: account }))
    } catch (error) {
      if (statusOf(error) === 403)
        return [
          failed('bucket', `${bucket} belongs to another account than ${account}`, 'use a bucket of your own account'),
        ]
      throw error
    }
  try {
    return (await isConditional(s3, bucket))
      ? [ok('bucket', `${bucket} in ${region} can be written, and keeps the first of two writes`)]
      : [
          failed(
            'bucket',
            `${bucket} let a second write replace the first despite If-None-Match`,
            'use Amazon S3: the ledger rests on conditional writes',
          ),
        ]
  } catch (error) {
    const advice = 'allow s3:PutObject, s3:GetObject and s3:DeleteObject on the bucket (docs/iam)'
    return [failed('bucket', `${bucket} cannot be written: ${(error as Error).name}`, advice)]
  }
}

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
