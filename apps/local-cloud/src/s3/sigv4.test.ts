import { createHash, createHmac } from 'node:crypto'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAwsChunkedDecoder } from './aws-chunked.ts'
import { createSigV4Verifier } from './sigv4.ts'
import { startTestS3, type TestS3 } from './start-test-s3.ts'

/** The request as node:http would hand it over. */
const aRequest = (method: string, url: string, headers: Record<string, string>): IncomingMessage => {
  const req = new IncomingMessage(new Socket())
  req.method = method
  req.url = url
  req.headers = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  req.rawHeaders = Object.entries(headers).flat()
  return req
}

// Requests, keys and signatures of the examples in AWS's own documentation of Signature Version 4 for S3.
describe('the documented examples', () => {
  const credential = {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  }
  const nowMs = () => Date.UTC(2013, 4, 24)
  const verify = createSigV4Verifier([credential], { service: 's3', region: 'us-east-1', nowMs })
  const scope = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request'
  const emptySha256 = createHash('sha256').digest('hex')
  const authorization = (signedHeaders: string, signature: string) =>
    `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=${signedHeaders},Signature=${signature}`

  test.each([
    [
      'a GET with a range',
      aRequest('GET', '/test.txt', {
        Host: 'examplebucket.s3.amazonaws.com',
        Authorization: authorization(
          'host;range;x-amz-content-sha256;x-amz-date',
          'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
        ),
        Range: 'bytes=0-9',
        'x-amz-content-sha256': emptySha256,
        'x-amz-date': '20130524T000000Z',
      }),
    ],
    [
      'a PUT of a key with a dollar sign',
      aRequest('PUT', '/test$file.text', {
        Host: 'examplebucket.s3.amazonaws.com',
        Date: 'Fri, 24 May 2013 00:00:00 GMT',
        Authorization: authorization(
          'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
          '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
        ),
        'x-amz-content-sha256': createHash('sha256').update('Welcome to Amazon S3.').digest('hex'),
        'x-amz-date': '20130524T000000Z',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      }),
    ],
    [
      'a GET of a sub-resource',
      aRequest('GET', '/?lifecycle', {
        Host: 'examplebucket.s3.amazonaws.com',
        Authorization: authorization(
          'host;x-amz-content-sha256;x-amz-date',
          'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
        ),
        'x-amz-content-sha256': emptySha256,
        'x-amz-date': '20130524T000000Z',
      }),
    ],
    [
      'a presigned GET',
      aRequest(
        'GET',
        `/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(scope)}&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`,
        { Host: 'examplebucket.s3.amazonaws.com' },
      ),
    ],
  ])('%s is accepted, and refused once anything of it is changed', (_, req) => {
    expect(() => verify(req)).not.toThrow()
    const { method = '', url = '' } = req
    const headers = Object.fromEntries(Object.entries(req.headers).map(([name, value]) => [name, String(value)]))
    expect(() => verify(aRequest(method === 'GET' ? 'HEAD' : 'GET', url, headers))).toThrow(/does not match/)
    expect(() => verify(aRequest(method, url.replace('/', '/x'), headers))).toThrow(/does not match/)
    expect(() => verify(aRequest(method, url, { ...headers, host: 'other' }))).toThrow(/does not match/)
    expect(() => verify(aRequest(method, `${url}${url.includes('?') ? '&' : '?'}more=1`, headers))).toThrow(
      /does not match/,
    )
  })

  test('a presigned URL is refused after its time', () => {
    const url = `/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(scope)}&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`
    const at = (ms: number) => createSigV4Verifier([credential], { nowMs: () => nowMs() + ms })
    const req = aRequest('GET', url, { Host: 'examplebucket.s3.amazonaws.com' })
    expect(() => at(86_400_000)(req)).not.toThrow()
    expect(() => at(86_400_001)(req)).toThrow('Request has expired')
  })

  test('signed chunks are accepted, and refused once a byte is changed', () => {
    const upload = () =>
      verify(
        aRequest('PUT', '/examplebucket/chunkObject.txt', {
          Host: 's3.amazonaws.com',
          'x-amz-date': '20130524T000000Z',
          'x-amz-storage-class': 'REDUCED_REDUNDANCY',
          Authorization: authorization(
            'content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class',
            '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
          ),
          'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
          'Content-Encoding': 'aws-chunked',
          'x-amz-decoded-content-length': '66560',
          'Content-Length': '66824',
        }),
      )
    const body = (letter: string) =>
      Buffer.from(
        `10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n${'a'.repeat(65_536)}\r\n` +
          `400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n${letter}${'a'.repeat(1023)}\r\n` +
          '0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n',
      )
    for (const pieceBytes of [1, 1000, 70_000]) {
      const decoder = createAwsChunkedDecoder(true, upload())
      const bytes = body('a')
      let decodedBytes = 0
      for (let at = 0; at < bytes.length; at += pieceBytes)
        for (const piece of decoder.push(bytes.subarray(at, at + pieceBytes))) decodedBytes += piece.length
      decoder.end()
      expect(decodedBytes).toBe(66_560)
    }
    expect(() => createAwsChunkedDecoder(true, upload()).push(body('b'))).toThrow(/does not match/)
    const unsigned = Buffer.from('1\r\na\r\n0\r\n\r\n')
    expect(() => createAwsChunkedDecoder(true, upload()).push(unsigned)).toThrow(/does not match/)
  })
})

test('another service signs its path twice encoded and its body without a header', () => {
  const secret = 'test-secret'
  const amzDate = '20260101T000000Z'
  const body = '{}'
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  const scope = '20260101/eu-west-1/sagemaker/aws4_request'
  const canonical = `POST\n/endpoints/a%2520b/invocations\n\nhost:h\nx-amz-date:${amzDate}\n\nhost;x-amz-date\n${sha256(body)}`
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, '20260101'), 'eu-west-1'), 'sagemaker'), 'aws4_request')
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n${sha256(canonical)}`).toString('hex')
  const req = aRequest('POST', '/endpoints/a%20b/invocations', {
    Host: 'h',
    'X-Amz-Date': amzDate,
    Authorization: `AWS4-HMAC-SHA256 Credential=id/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  })
  const verify = createSigV4Verifier([{ accessKeyId: 'id', secretAccessKey: secret }], {
    nowMs: () => Date.UTC(2026, 0, 1),
  })
  expect(() => verify(req, Buffer.from(body))).not.toThrow()
  expect(() => verify(req, Buffer.from('{ }'))).toThrow(/does not match/)
  const later = createSigV4Verifier([{ accessKeyId: 'id', secretAccessKey: secret }], {
    nowMs: () => Date.UTC(2026, 0, 1, 1),
  })
  expect(() => later(req, Buffer.from(body))).toThrow(/too large/)
})

describe('a server with credentials', () => {
  let cloud: TestS3
  const Bucket = 'signed'
  beforeAll(async () => {
    cloud = await startTestS3({
      verifySignature: createSigV4Verifier([{ accessKeyId: 'test-key', secretAccessKey: 'test-secret' }], {
        service: 's3',
        region: 'us-east-1',
      }),
    })
    await cloud.client.send(new CreateBucketCommand({ Bucket }))
  })
  afterAll(() => cloud.stop())

  test.each(['plain', 'with space', 'a+b', "it's (1)!*~", 'ü/é😀', 'a//b', '%41', 'x=y&z', '../up'])(
    'the SDK reads and writes the key %s',
    async (Key) => {
      await cloud.client.send(new PutObjectCommand({ Bucket, Key, Body: 'signed', Metadata: { spaced: 'a  b' } }))
      const got = await cloud.client.send(new GetObjectCommand({ Bucket, Key, ResponseContentType: 'a/b; c="d e"' }))
      expect([await got.Body?.transformToString(), got.ContentType]).toEqual(['signed', 'a/b; c="d e"'])
    },
  )

  test.each([
    [
      'an unknown key',
      { accessKeyId: 'other', secretAccessKey: 'test-secret' },
      'us-east-1',
      'InvalidAccessKeyId',
      403,
    ],
    [
      'a wrong secret',
      { accessKeyId: 'test-key', secretAccessKey: 'wrong' },
      'us-east-1',
      'SignatureDoesNotMatch',
      403,
    ],
    [
      'another region',
      { accessKeyId: 'test-key', secretAccessKey: 'test-secret' },
      'eu-west-1',
      'AuthorizationHeaderMalformed',
      400,
    ],
  ])('%s is refused', async (_, credentials, region, name, httpStatusCode) => {
    const client = new S3Client({ endpoint: cloud.url, region, forcePathStyle: true, credentials, maxAttempts: 1 })
    await expect(client.send(new GetObjectCommand({ Bucket, Key: 'plain' }))).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode },
    })
    client.destroy()
  })

  test('a request without a signature is denied', async () => {
    const got = await fetch(`${cloud.url}/${Bucket}/plain`)
    expect([got.status, await got.text()]).toEqual([403, expect.stringContaining('<Code>AccessDenied</Code>')])
  })
})
