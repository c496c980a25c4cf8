import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createS3, createSigV4Verifier } from '../../apps/local-cloud/src/s3/index.ts'

const credential = { accessKeyId: 'AKIALOCALCONFORMANCE', secretAccessKey: 'conformance/secret+key' }

export interface S3TestServer {
  url: string
  /** For files of the test; removed at the end. */
  folder: string
  /** The whole environment of a client program: nothing of the caller's AWS settings. */
  env: Record<string, string>
  stop(): Promise<void>
}

/** An S3 server that checks signatures, for foreign clients. */
export const startS3TestServer = async (): Promise<S3TestServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-s3-conformance-'))
  const verifySignature = createSigV4Verifier([credential], { service: 's3', region: 'us-east-1' })
  const s3 = await createS3({ dataDir: join(folder, 'data'), region: 'us-east-1', verifySignature })
  // Version 1 of the CLI still signs links the old way for endpoints it does not know.
  mkdirSync(join(folder, '.aws'))
  writeFileSync(join(folder, '.aws/config'), '[default]\ns3 =\n  signature_version = s3v4\n')
  const server = createServer((req, res) => void s3.handle(req, res))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      LANG: 'C.UTF-8',
      AWS_ACCESS_KEY_ID: credential.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credential.secretAccessKey,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => void server.close(resolve))
      await s3.close()
      rmSync(folder, { recursive: true })
    },
  }
}
