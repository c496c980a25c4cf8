import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { classifyError } from './classify-error.ts'

test('a HEAD that S3 refuses without a word, as it does with expired credentials, is waited for', async () => {
  const server = createServer((_request, response) => response.writeHead(400).end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const s3 = new S3Client({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    forcePathStyle: true,
  })
  try {
    const error = await s3.send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' })).catch((met: unknown) => met)
    expect(classifyError(error)).toMatchObject({ kind: 'wait', for: 'credentials' })
  } finally {
    s3.destroy()
    server.close()
  }
})
