import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestS3, type TestS3 } from './start-test-s3.ts'

let cloud: TestS3
const Bucket = 'wire'

beforeAll(async () => {
  cloud = await startTestS3()
  await cloud.client.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => cloud.stop())

/** Sends bytes as they are and reads until the server closes. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(cloud.port, '127.0.0.1')
    let answer = ''
    socket.on('data', (bytes) => void (answer += bytes.toString('latin1')))
    socket.on('end', () => resolve(answer))
    socket.on('error', reject)
    socket.write(text)
  })
const request = (method: string, target: string, body = '', headers = '') =>
  raw(
    `${method} ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`,
  )
const status = (answer: string) => Number(answer.split(' ')[1])
const code = (answer: string) => /<Code>(\w+)<\/Code>/.exec(answer)?.[1]

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)],
  )

test.each([
  '../escape',
  '../../../../../../../../tmp/assay-s3-escape',
  '%2e%2e/%2e%2e/%2e%2e/escape',
  '..%2f..%2f..%2fescape',
  '..%5c..%5cescape',
  '/etc/passwd',
  '//double',
  '.',
  '..',
  'a/./b/../c',
  'trailing/',
  'CON',
  'C:%5Cwindows',
  '%E2%80%AE%F0%9F%98%80',
  `long/${'s'.repeat(1000)}`,
  'index.log',
  '__proto__',
])('the key %.40s is a key like any other, and stays inside', async (key) => {
  expect(status(await request('PUT', `/${Bucket}/${key}`, `body of ${key}`))).toBe(200)
  const got = await request('GET', `/${Bucket}/${key}`)
  expect(status(got)).toBe(200)
  expect(got.endsWith(`body of ${key}`)).toBe(true)
  expect(existsSync('/tmp/assay-s3-escape')).toBe(false)
  expect(existsSync(join(cloud.dataDir, '../escape'))).toBe(false)
  for (const file of filesIn(cloud.dataDir))
    expect(file.slice(cloud.dataDir.length)).toMatch(/^\/(blobs\/[0-9a-f]{2}\/[0-9a-z]+|buckets\/wire\/index\.log)$/)
})

test('keys that differ by case or by a slash are different objects', async () => {
  const keys = ['case', 'CASE', 'Case', 'case/', 'case//', 'case/a', 'é', 'e%CC%81']
  for (const key of keys) await request('PUT', `/${Bucket}/${encodeURI(decodeURI(key))}`, `=${key}=`)
  for (const key of keys) expect(await request('GET', `/${Bucket}/${encodeURI(decodeURI(key))}`)).toContain(`\r\n\r\n=`)
  const listed = await request('GET', `/${Bucket}?prefix=case`)
  expect(listed.match(/<Key>/g)).toHaveLength(4)
})

test.each([
  ['a NUL', '%00', 'InvalidURI'],
  ['broken escapes', '%zz', 'InvalidURI'],
  ['broken UTF-8', '%ff%fe', 'InvalidURI'],
  ['1,025 bytes', 'k'.repeat(1025), 'KeyTooLongError'],
])('a key with %s is refused', async (_, key, expected) => {
  const answer = await request('PUT', `/${Bucket}/${key}`, 'x')
  expect([status(answer), code(answer)]).toEqual([400, expected])
})

test.each(['..', '%2e%2e', 'a', 'UPPER', 'has_underscore', '1.2.3.4', 'a..b', '-a-', 'a%2fb', 'b'.repeat(64), 'xn--a'])(
  'the bucket name %.20s is refused',
  async (name) => {
    const answer = await request('PUT', `/${name}`)
    expect([status(answer), code(answer)]).toEqual([400, 'InvalidBucketName'])
    expect(readdirSync(join(cloud.dataDir, 'buckets'))).toEqual([Bucket])
  },
)

test.each([
  ['GET', '/wire?acl', 'GetBucketAcl'],
  ['PUT', '/wire?versioning', 'PutBucketVersioning'],
  ['GET', '/wire?versions', 'ListObjectVersions'],
  ['PUT', '/wire/key?acl', 'PutObjectAcl'],
  ['POST', '/wire/key?select&select-type=2', 'SelectObjectContent'],
  ['POST', '/wire', 'PostObject'],
])('%s %s answers 501 and names %s', async (method, target, operation) => {
  const answer = await request(method, target)
  expect([status(answer), code(answer)]).toEqual([501, 'NotImplemented'])
  expect(answer).toContain(operation)
})

test('headers whose promise would not be kept are refused by name', async () => {
  for (const header of [
    'x-amz-server-side-encryption: aws:kms',
    'x-amz-object-lock-mode: GOVERNANCE',
    'x-amz-server-side-encryption-customer-algorithm: AES256',
  ]) {
    const answer = await request('PUT', `/${Bucket}/refused`, 'x', `${header}\r\n`)
    expect([status(answer), code(answer)]).toEqual([501, 'NotImplemented'])
  }
  expect(code(await request('PUT', `/${Bucket}/refused`, 'x', 'x-amz-acl: public-read\r\n'))).toBe(
    'AccessControlListNotSupported',
  )
  expect(status(await request('GET', `/${Bucket}/refused`))).toBe(404)
})

const md5 = (text: string) => createHash('md5').update(text).digest('base64')

test.each([
  ['a wrong Content-MD5', `content-md5: ${md5('other')}`, 'BadDigest'],
  ['a Content-MD5 that is none', 'content-md5: abc', 'InvalidDigest'],
  ['a wrong CRC32', 'x-amz-checksum-crc32: AAAAAA==', 'BadDigest'],
  ['a wrong CRC32C', 'x-amz-checksum-crc32c: AAAAAA==', 'BadDigest'],
  ['a wrong CRC64NVME', 'x-amz-checksum-crc64nvme: AAAAAAAAAAA=', 'BadDigest'],
  ['a wrong SHA1', `x-amz-checksum-sha1: ${Buffer.alloc(20).toString('base64')}`, 'BadDigest'],
  ['a wrong SHA256', `x-amz-checksum-sha256: ${Buffer.alloc(32).toString('base64')}`, 'BadDigest'],
  ['a checksum that is none', 'x-amz-checksum-crc32: zzz', 'InvalidRequest'],
  ['two checksums', 'x-amz-checksum-crc32: AAAAAA==\r\nx-amz-checksum-crc32c: AAAAAA==', 'InvalidRequest'],
  ['a wrong payload hash', `x-amz-content-sha256: ${'0'.repeat(64)}`, 'XAmzContentSHA256Mismatch'],
])('%s is refused and nothing is stored', async (_, header, expected) => {
  const answer = await request('PUT', `/${Bucket}/checked`, 'body', `${header}\r\n`)
  expect([status(answer), code(answer)]).toEqual([400, expected])
  expect(status(await request('HEAD', `/${Bucket}/checked`))).toBe(404)
})

test('checksums of every kind are verified and given back', async () => {
  for (const [name, value] of [
    ['crc32', 'y/Q5Jg=='],
    ['crc32c', '4waSgw=='],
    ['crc64nvme', 'rosUhgp5mIg='],
    ['sha1', createHash('sha1').update('123456789').digest('base64')],
    ['sha256', createHash('sha256').update('123456789').digest('base64')],
  ]) {
    const header = `x-amz-checksum-${name}: ${value}`
    expect(status(await request('PUT', `/${Bucket}/sum`, '123456789', `${header}\r\n`))).toBe(200)
    expect(await request('GET', `/${Bucket}/sum`, '', 'x-amz-checksum-mode: ENABLED\r\n')).toContain(header)
    expect(await request('GET', `/${Bucket}/sum`)).not.toContain('x-amz-checksum')
  }
})

const chunked = (body: string, decodedBytes: number, trailer = 'x-amz-trailer: x-amz-checksum-crc32\r\n') =>
  request(
    'PUT',
    `/${Bucket}/chunked`,
    body,
    `content-encoding: aws-chunked\r\nx-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\nx-amz-decoded-content-length: ${decodedBytes}\r\n${trailer}`,
  )

test('aws-chunked framing is undone and its trailer checked', async () => {
  const good = await chunked('4\r\n1234\r\n5\r\n56789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n', 9)
  expect(status(good)).toBe(200)
  expect((await request('GET', `/${Bucket}/chunked`)).endsWith('\r\n\r\n123456789')).toBe(true)
})

test.each([
  ['a wrong trailer', '9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n', 9, 'BadDigest'],
  ['no trailer', '9\r\n123456789\r\n0\r\n\r\n', 9, 'MalformedTrailerError'],
  ['no last chunk', '9\r\n123456789\r\n', 9, 'IncompleteBody'],
  ['a size that is no number', 'zz\r\n123456789\r\n0\r\n\r\n', 9, 'IncompleteBody'],
  ['more than announced', '9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n', 8, 'IncompleteBody'],
  ['less than announced', '9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n', 10, 'IncompleteBody'],
])('an aws-chunked body with %s is refused', async (_, body, decodedBytes, expected) => {
  const answer = await chunked(body, decodedBytes)
  expect([status(answer), code(answer)]).toEqual([400, expected])
})

test('a body that stops half-way leaves the object as it was and no file behind', async () => {
  await request('PUT', `/${Bucket}/half`, 'before')
  const before = filesIn(join(cloud.dataDir, 'blobs')).length
  await new Promise<void>((resolve) => {
    const socket = connect(cloud.port, '127.0.0.1')
    socket.write(
      `PUT /${Bucket}/half HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(400_000)}`,
    )
    socket.on('close', () => resolve())
    setTimeout(() => socket.destroy(), 100)
  })
  await expect.poll(() => filesIn(join(cloud.dataDir, 'blobs')).length).toBe(before)
  expect(await request('GET', `/${Bucket}/half`)).toContain('before')
})

test('a DTD in a request body is refused', async () => {
  const body = '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><Delete><Object><Key>&e;</Key></Object></Delete>'
  const answer = await request('POST', `/${Bucket}?delete`, body, `content-md5: ${md5(body)}\r\n`)
  expect(code(answer)).toBe('MalformedXML')
})

test('every answer names its request, and a host may name the bucket', async () => {
  const first = await request('GET', '/none-such/key')
  expect(/x-amz-request-id: ([0-9A-F]{16})/.exec(first)?.[1]).toBe(/<RequestId>(.*)<\/RequestId>/.exec(first)?.[1])
  await request('PUT', `/${Bucket}/hosted`, 'by host')
  const hosted = await raw(
    `GET /hosted HTTP/1.1\r\nHost: ${Bucket}.localhost:${cloud.port}\r\nConnection: close\r\n\r\n`,
  )
  expect(hosted.endsWith('by host')).toBe(true)
})

test('a put without a length is refused', async () => {
  const answer = await raw(
    `PUT /${Bucket}/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n`,
  )
  expect([status(answer), code(answer)]).toEqual([411, 'MissingContentLength'])
})
