import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { startLocalCloud } from '@assay/local-cloud'

export interface Sent {
  command: string
  key: string
}

/** A bucket named `assay` in a local cloud of its own, and a client that notes what it sends. */
export const aBucket = async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'assay-split-'))
  const cloud = await startLocalCloud({ dataDir, jumpStart: false })
  const s3 = new S3Client({
    endpoint: cloud.url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test-key', secretAccessKey: 'test-secret' },
    maxAttempts: 1,
  })
  const sent: Sent[] = []
  let refuse: (request: Sent) => boolean = () => false
  s3.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const request = { command: commandName, key: (args.input as { Key?: string }).Key ?? '' }
        sent.push(request)
        if (refuse(request)) throw new Error(`${commandName} ${request.key} refused by the test`)
        return next(args)
      },
    { step: 'initialize' },
  )
  await s3.send(new CreateBucketCommand({ Bucket: 'assay' }))
  return {
    s3,
    sent,
    /** From now on requests of which this is true fail. */
    refuseWhere: (which: (request: Sent) => boolean) => {
      refuse = which
    },
    put: (files: Record<string, string | Uint8Array>) =>
      Promise.all(
        Object.entries(files).map(([Key, Body]) => s3.send(new PutObjectCommand({ Bucket: 'assay', Key, Body }))),
      ),
    stop: async () => {
      s3.destroy()
      await cloud.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
export type Bucket = Awaited<ReturnType<typeof aBucket>>
