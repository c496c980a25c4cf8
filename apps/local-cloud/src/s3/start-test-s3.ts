import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3Client } from '@aws-sdk/client-s3'
import { createS3, type S3, type S3Options } from './index.ts'

export interface TestS3 {
  s3: S3
  client: S3Client
  /** Without a slash at the end. */
  url: string
  port: number
  dataDir: string
  /** Closes and opens the store again over the same folder; the port stays. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** A server of its own around createS3, on a port and in a folder of its own. */
export const startTestS3 = async (options: Partial<S3Options> = {}): Promise<TestS3> => {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'assay-s3-'))
  const open = () => createS3({ dataDir, region: 'us-east-1', ...options })
  let s3 = await open()
  const server = createServer((req, res) => void s3.handle(req, res))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const client = new S3Client({
    endpoint: url,
    region: options.region ?? 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test-key', secretAccessKey: 'test-secret' },
    maxAttempts: 1,
  })
  return {
    get s3() {
      return s3
    },
    client,
    url,
    port,
    dataDir,
    restart: async () => {
      await s3.close()
      s3 = await open()
    },
    stop: async () => {
      client.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => void server.close(resolve))
      await s3.close()
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true })
    },
  }
}
