import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { s3Operation } from './index.ts'
import { operations } from './operations/index.ts'
import { startTestS3, type TestS3 } from './start-test-s3.ts'

const ours = '111122223333'
const theirs = '444455556666'
let cloud: TestS3

beforeAll(async () => {
  cloud = await startTestS3({ accountId: ours })
  await cloud.s3.store.createBucket('own')
  await cloud.s3.store.put('own', 'k', Buffer.from('x'))
})
afterAll(() => cloud.stop())

const copies = { 'x-amz-copy-source': 'own/k' }
const requests: readonly [string, string, Record<string, string>?][] = [
  ['GET', '/own'],
  ['GET', '/own?list-type=2'],
  ['GET', '/own?location'],
  ['GET', '/own?versioning'],
  ['GET', '/own?uploads'],
  ['HEAD', '/own'],
  ['DELETE', '/own'],
  ['POST', '/own?delete'],
  ['GET', '/own/k'],
  ['HEAD', '/own/k'],
  ['PUT', '/own/k'],
  ['PUT', '/own/k', copies],
  ['DELETE', '/own/k'],
  ['GET', '/own/k?tagging'],
  ['PUT', '/own/k?tagging'],
  ['DELETE', '/own/k?tagging'],
  ['POST', '/own/k?uploads'],
  ['PUT', '/own/k?uploadId=u&partNumber=1'],
  ['PUT', '/own/k?uploadId=u&partNumber=1', copies],
  ['GET', '/own/k?uploadId=u'],
  ['POST', '/own/k?uploadId=u'],
  ['DELETE', '/own/k?uploadId=u'],
]

const ask = async (method: string, path: string, headers: Record<string, string>) => {
  const answer = await fetch(cloud.url + path, { method, headers })
  return [answer.status, /<Code>(\w+)</.exec(await answer.text())?.[1]]
}

test('every operation on a bucket is tried here', () => {
  const tried = requests.map(([method, url, headers = {}]) => s3Operation({ method, url, headers }))
  expect([...tried, 'CreateBucket', 'ListBuckets'].sort()).toEqual(Object.keys(operations).sort())
})

test.each(requests)('%s %s of a bucket expected to be another account’s is denied', async (method, path, more) => {
  const as = (owner: string) => ask(method, path, { ...more, 'x-amz-expected-bucket-owner': owner })
  const code = (name: string) => (method === 'HEAD' ? undefined : name)
  expect(await as(theirs)).toEqual([403, code('AccessDenied')])
  expect(await as('root')).toEqual([400, code('InvalidBucketOwnerAWSAccountID')])
})

test('the right owner passes, and a bucket that is not there is said to be that', async () => {
  expect(await ask('HEAD', '/own/k', { 'x-amz-expected-bucket-owner': ours })).toEqual([200, undefined])
  expect(await ask('GET', '/none', { 'x-amz-expected-bucket-owner': theirs })).toEqual([404, 'NoSuchBucket'])
})

test('a copy asks for the owner of its source too', async () => {
  const copy = { Bucket: 'own', Key: 'copy', CopySource: 'own/k', ExpectedSourceBucketOwner: theirs }
  const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }
  await expect(cloud.client.send(new CopyObjectCommand(copy))).rejects.toMatchObject(denied)
  const { UploadId } = await cloud.client.send(new CreateMultipartUploadCommand({ Bucket: 'own', Key: 'copy' }))
  const part = new UploadPartCopyCommand({ ...copy, UploadId, PartNumber: 1 })
  await expect(cloud.client.send(part)).rejects.toMatchObject(denied)
  await cloud.client.send(new CopyObjectCommand({ ...copy, ExpectedSourceBucketOwner: ours }))
})

test('a link carries the expected owner in its query', async () => {
  const status = async (ExpectedBucketOwner: string, client: S3Client) => {
    const link = await getSignedUrl(client, new GetObjectCommand({ Bucket: 'own', Key: 'k', ExpectedBucketOwner }))
    expect(link).toContain(ExpectedBucketOwner)
    return (await fetch(link)).status
  }
  expect(await status(theirs, cloud.client)).toBe(403)
  expect(await status(ours, cloud.client)).toBe(200)
})
