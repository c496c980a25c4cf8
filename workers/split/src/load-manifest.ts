import { type DatasetManifest, datasetManifestSchema } from '@assay/contracts'
import type { BulkStore } from '@assay/ledger'
import { type ExperimentRecord, PermanentError } from '@assay/pipeline'

export interface AcceptedDataset {
  manifest: DatasetManifest
  fingerprint: string
}

/** The manifest that the data set's check stored. A data set that was rejected has none and can never be used. */
export const loadManifest = async (bulk: BulkStore, { dataset }: ExperimentRecord): Promise<AcceptedDataset> => {
  const { status, manifest, fingerprint, faults } = dataset.check
  if (status !== 'ready' || !manifest || !fingerprint)
    throw new PermanentError(
      'dataset_rejected',
      `data set ${dataset.record.id} has ${faults.count} faults, a data set without any is needed`,
    )
  return { manifest: datasetManifestSchema.parse(await bulk.getJson(manifest)), fingerprint }
}
