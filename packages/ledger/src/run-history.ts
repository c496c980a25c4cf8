import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import { type RunRecord, runRecordSchema } from '@assay/contracts'
import { reversedTime } from './keys.ts'
import { createDocuments } from './write-once.ts'

/** How long approaches took, across experiments; only plans read it, so that losing it costs accuracy and nothing else. */
export interface RunHistory {
  /** Harmless when repeated. */
  record: (run: Omit<RunRecord, 'writer'>) => Promise<void>
  /** The newest first. */
  newest: (environment: RunRecord['environment'], family: string) => Promise<RunRecord[]>
}

/** More would say little more. */
const NEWEST = 20

export const createRunHistory = ({ s3, bucket }: { s3: S3Client; bucket: string }): RunHistory => {
  const documents = createDocuments({ s3, bucket })
  const prefixOf = (environment: string, family: string) => `runs/${environment}/${family}/`
  return {
    async record(run) {
      const { environment, family, at, experimentId, approachId } = run
      const name = `${reversedTime(new Date(at))}-${experimentId}-${approachId}.json`
      await documents.create(prefixOf(environment, family) + name, run)
    },
    async newest(environment, family) {
      const Prefix = prefixOf(environment, family)
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix, MaxKeys: NEWEST }))
      const found = await Promise.all(Contents.map(({ Key = '' }) => documents.read(Key)))
      // Written by another version of Assay: left out rather than failing a plan.
      return found.flatMap((document) => runRecordSchema.safeParse(document).data ?? [])
    },
  }
}
