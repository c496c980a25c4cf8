import type { S3Client } from '@aws-sdk/client-s3'
import type { DatasetCheck, DatasetRecord } from '@assay/contracts'
import { checkDataset } from '@assay/datasets'
import type { BulkStore } from '@assay/ledger'
import type { StageContext } from '@assay/pipeline'
import { createS3Source, splitS3Uri } from './s3-source.ts'

export interface CheckDatasetDeps {
  s3: S3Client
  bulk: BulkStore
}

/** Reads a registered data set from S3 and finds every fault. A data set without one gets its manifest, stored as bulk data under the data set's id. */
export const createCheckDataset =
  ({ s3, bulk }: CheckDatasetDeps) =>
  async (
    { id, location }: DatasetRecord,
    { log, now, progress }: Pick<StageContext, 'log' | 'now' | 'progress'>,
  ): Promise<DatasetCheck> => {
    const { bucket, prefix } = splitS3Uri(location)
    const { check, manifest } = await checkDataset(createS3Source(s3, bucket, prefix), {
      bucket,
      prefix,
      checkedAt: now(),
      onProgress: (done, total) => {
        if (done % 50 === 0 || done === total) progress({ message: 'reads the images', done, total, unit: 'images' })
      },
    })
    log.info({ images: check.images, boxes: check.boxes, faults: check.faults.count }, 'data set checked')
    return manifest ? { ...check, manifest: await bulk.putJson(id, 'dataset-manifest.json', manifest) } : check
  }
