import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSigV4Verifier } from './sigv4.ts'
import { startTestS3, type TestS3 } from './start-test-s3.ts'

const Bucket = 'presigned'
const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1000)
const code = async (got: Response) => /<Code>(\w+)<\/Code>/.exec(await got.text())?.[1]

describe.each([
  [
    'with credentials',
    createSigV4Verifier([{ accessKeyId: 'test-key', secretAccessKey: 'test-secret' }], { service: 's3' }),
  ],
  ['without credentials', undefined],
])('a server %s', (_, verifySignature) => {
  let cloud: TestS3
  let presigning: S3Client
  beforeAll(async () => {
    cloud = await startTestS3(verifySignature ? { verifySignature } : {})
    presigning = new S3Client({
      endpoint: cloud.url,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'test-key', secretAccessKey: 'test-secret' },
      requestChecksumCalculation: 'WHEN_REQUIRED',
    })
    await cloud.client.send(new CreateBucketCommand({ Bucket }))
  })
  afterAll(async () => {
    presigning.destroy()
    await cloud.stop()
  })

  test('takes a presigned PUT and gives a presigned GET, with any key', async () => {
    const Key = "a b/ü+'(1).png"
    const put = await getSignedUrl(presigning, new PutObjectCommand({ Bucket, Key, ContentType: 'image/png' }), {
      expiresIn: 60,
    })
    expect((await fetch(put, { method: 'PUT', body: 'pixels', headers: { 'content-type': 'image/png' } })).status).toBe(
      200,
    )
    const got = await fetch(
      await getSignedUrl(presigning, new GetObjectCommand({ Bucket, Key, ResponseContentType: 'x/y' }), {
        expiresIn: 60,
      }),
    )
    expect([got.status, await got.text(), got.headers.get('content-type')]).toEqual([200, 'pixels', 'x/y'])
  })

  test('refuses one whose time is over', async () => {
    const url = await getSignedUrl(presigning, new GetObjectCommand({ Bucket, Key: 'k' }), {
      expiresIn: 60,
      signingDate: secondsAgo(61),
    })
    const got = await fetch(url)
    expect(got.status).toBe(403)
    expect(await got.text()).toContain('<Message>Request has expired</Message>')
  })

  test('takes no old link, or not past its time', async () => {
    await cloud.s3.store.put(Bucket, 'old', Buffer.from('old'))
    const link = (endsInSeconds: number) =>
      `${cloud.url}/${Bucket}/old?AWSAccessKeyId=test-key&Signature=c2ln&Expires=${Math.floor(Date.now() / 1000) + endsInSeconds}`
    expect((await fetch(link(60))).status).toBe(verifySignature ? 400 : 200)
    expect((await fetch(link(-60))).status).toBe(verifySignature ? 400 : 403)
  })

  test('checks the checksum that a client with default settings puts into the URL', async () => {
    const url = await getSignedUrl(cloud.client, new PutObjectCommand({ Bucket, Key: 'trap' }), { expiresIn: 60 })
    expect(url).toContain('x-amz-checksum-crc32=AAAAAA')
    expect(await code(await fetch(url, { method: 'PUT', body: 'not empty' }))).toBe('BadDigest')
  })

  test.runIf(verifySignature)('refuses one for another key or method', async () => {
    const url = await getSignedUrl(presigning, new GetObjectCommand({ Bucket, Key: 'k' }), { expiresIn: 60 })
    expect(await code(await fetch(url.replace('/k?', '/other?')))).toBe('SignatureDoesNotMatch')
    expect(await code(await fetch(url, { method: 'PUT', body: 'x' }))).toBe('SignatureDoesNotMatch')
    expect(await code(await fetch(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600')))).toBe('SignatureDoesNotMatch')
  })
})
