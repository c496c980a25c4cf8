import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { ListTrainingJobsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker'
import { type LocalCloud, startLocalCloud } from '@assay/local-cloud'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commandLines, pythons } from './installed-clients.ts'

const run = promisify(execFile)
const credential = { accessKeyId: 'AKIALOCALSIGNATURES', secretAccessKey: 'signatures/secret+key' }

let folder: string
let cloud: LocalCloud
/** Passes requests on with a byte of the body changed, as long as it is told to. */
let tamperer: Server
let tampers = false

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signatures-'))
  cloud = await startLocalCloud({ dataDir: join(folder, 'data'), jumpStart: false, credentials: [credential] })
  tamperer = createServer((req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => {
      const body = Buffer.concat(chunks).toString('latin1')
      const sent = tampers ? body.replace('content', 'cOntent').replace('MaxResults":1', 'MaxResults":2') : body
      // The signature covers the host that the client named, so it goes on as it came.
      const headers = Object.fromEntries(Object.entries(req.headers).filter(([name]) => name !== 'transfer-encoding'))
      const { hostname, port } = new URL(cloud.url)
      const onward = request({
        hostname,
        port,
        method: req.method,
        path: req.url,
        headers: { ...headers, 'content-length': sent.length },
      })
      onward.once('response', (answer) => {
        res.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(res)
      })
      onward.end(sent, 'latin1')
    })
  })
  await new Promise<void>((resolve) => void tamperer.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  tamperer.closeAllConnections()
  tamperer.close()
  await cloud.close()
  await rm(folder, { recursive: true, force: true })
})

const options = (changed: Partial<typeof credential> & { clockOffset?: number; endpoint?: string } = {}) => ({
  endpoint: changed.endpoint ?? cloud.url,
  region: 'us-east-1',
  credentials: { ...credential, ...changed },
  systemClockOffset: changed.clockOffset ?? 0,
  maxAttempts: 1,
  forcePathStyle: true,
})
const throughTamperer = () => options({ endpoint: `http://127.0.0.1:${(tamperer.address() as AddressInfo).port}` })
const listJobs = (changed?: Parameters<typeof options>[0]) =>
  new SageMakerClient(options(changed)).send(new ListTrainingJobsCommand({ MaxResults: 1 }))
const put = (Body: string | Readable, client = new S3Client(options())) =>
  client.send(
    new PutObjectCommand({
      Bucket: 'js-signed',
      Key: 'k',
      Body,
      ContentLength: typeof Body === 'string' ? undefined : 300_007,
    }),
  )

describe('the JS SDK', () => {
  test('passes with the key, in each service', async () => {
    await listJobs()
    await new CloudWatchLogsClient(options()).send(new DescribeLogGroupsCommand({}))
    await new S3Client(options()).send(new CreateBucketCommand({ Bucket: 'js-signed' }))
    expect(await put('content')).toMatchObject({ ETag: expect.any(String) })
  })

  test.each([
    ['an unknown key', { accessKeyId: 'AKIAUNKNOWN' }, 'UnrecognizedClientException', 'InvalidAccessKeyId'],
    ['a wrong secret', { secretAccessKey: 'wrong' }, 'InvalidSignatureException', 'SignatureDoesNotMatch'],
    ['a date of yesterday', { clockOffset: -86_400_000 }, 'InvalidSignatureException', 'RequestTimeTooSkewed'],
  ])('is refused with %s', async (_, changed, jsonCode, s3Code) => {
    await expect(listJobs(changed)).rejects.toMatchObject({ name: jsonCode })
    await expect(put('content', new S3Client(options(changed)))).rejects.toMatchObject({ name: s3Code })
  })

  test('streams chunks with a trailer, and a changed byte of them is refused', async () => {
    const chunks = () => Readable.from(['content', ...Array.from({ length: 3 }, () => Buffer.alloc(100_000, 'x'))])
    const client = new S3Client(throughTamperer())
    await put(chunks(), client)
    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'js-signed', Key: 'k' }))
    expect(
      createHash('md5')
        .update((await Body?.transformToByteArray()) ?? '')
        .digest('hex'),
    ).toBe(
      createHash('md5')
        .update(`content${'x'.repeat(300_000)}`)
        .digest('hex'),
    )
    tampers = true
    await expect(put(chunks(), client)).rejects.toMatchObject({ name: expect.stringMatching(/BadDigest|DoesNotMatch/) })
    tampers = false
  })

  test('a body changed on its way is refused, although its signature came with it', async () => {
    const list = () => new SageMakerClient(throughTamperer()).send(new ListTrainingJobsCommand({ MaxResults: 1 }))
    await list()
    tampers = true
    await expect(list()).rejects.toMatchObject({ name: 'InvalidSignatureException' })
    await expect(put('content', new S3Client(throughTamperer()))).rejects.toMatchObject({
      name: 'XAmzContentSHA256Mismatch',
    })
    tampers = false
  })
})

test('a request without a signature is refused in the words of each protocol', async () => {
  const ask = async (init: RequestInit) => {
    const answer = await fetch(cloud.url, init)
    return `${answer.status} ${await answer.text()}`
  }
  const target = { 'x-amz-target': 'SageMaker.ListTrainingJobs' }
  expect(await ask({ method: 'POST', headers: target, body: '{}' })).toMatch(
    /^403 .*MissingAuthenticationTokenException/,
  )
  const form = new URLSearchParams({ Action: 'GetCallerIdentity', Version: '2011-06-15' })
  expect(await ask({ method: 'POST', body: form })).toMatch(/^403 .*<Code>MissingAuthenticationToken</)
  expect(await ask({ method: 'GET' })).toMatch(/^403 [^]*<Code>AccessDenied</)
})

const environment = (secret = credential.secretAccessKey) => ({
  PATH: process.env['PATH'] ?? '',
  HOME: folder,
  AWS_ACCESS_KEY_ID: credential.accessKeyId,
  AWS_SECRET_ACCESS_KEY: secret,
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_MAX_ATTEMPTS: '1',
  AWS_PAGER: '',
})

test.skipIf(pythons.length === 0).each(pythons.length > 0 ? pythons : [{ command: '', versions: 'boto3 not seen' }])(
  '$versions: good key, unknown key, wrong secret, old date, presigned',
  async ({ command }) => {
    const script = fileURLToPath(new URL('./signatures_boto3.py', import.meta.url))
    const words = [script, cloud.url, credential.accessKeyId, credential.secretAccessKey]
    expect((await run(command, words, { env: environment() })).stdout).toMatch(/^boto3 /)
  },
)

test
  .skipIf(commandLines.length === 0)
  .each(commandLines.length > 0 ? commandLines : [{ command: '', versions: 'AWS CLI not seen' }])(
  '$versions: good key, wrong secret, presigned',
  async ({ command }) => {
    const cli = async (words: string[], secret?: string) =>
      (await run(command, [...words, '--endpoint-url', cloud.url], { env: environment(secret) })).stdout
    const bucket = `cli-${createHash('md5').update(command).digest('hex')}`
    await cli(['s3', 'mb', `s3://${bucket}`])
    expect(await cli(['sts', 'get-caller-identity'])).toContain('123456789012')
    await cli(['sagemaker', 'list-training-jobs'])
    await expect(cli(['s3', 'ls'], 'wrong')).rejects.toThrow('SignatureDoesNotMatch')
    await expect(cli(['sts', 'get-caller-identity'], 'wrong')).rejects.toThrow('SignatureDoesNotMatch')
    await expect(cli(['sagemaker', 'list-training-jobs'], 'wrong')).rejects.toThrow('InvalidSignatureException')
    const link = (await cli(['s3', 'presign', `s3://${bucket}/k`])).trim()
    // A signature that is good gets as far as the object, which is not there.
    expect((await fetch(link)).status).toBe(link.includes('X-Amz-Signature') ? 404 : 400)
  },
)
