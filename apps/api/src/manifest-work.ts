import { datasetManifestSchema, type SplitSpec } from '@assay/contracts'
import { dealImages, type DatasetPreview, previewDataset, type PreviewedSpec, SplitError } from '@assay/datasets'
import type { Fault } from './context.ts'

export interface ManifestTask {
  /** What a plan has to know of the data set. */
  preview: { spec: PreviewedSpec; fingerprint: string; bucket: string }
  /** Why its images cannot be dealt as asked. */
  deal: { split: SplitSpec }
}

export interface ManifestAnswer {
  preview: DatasetPreview
  deal: Fault[]
}

const parse = (bytes: Uint8Array) => datasetManifestSchema.parse(JSON.parse(new TextDecoder().decode(bytes)))

const dealFaults = (manifest: Parameters<typeof dealImages>[0], split: SplitSpec): Fault[] => {
  try {
    dealImages(manifest, split)
    return []
  } catch (error) {
    if (error instanceof SplitError) return [{ pointer: error.pointer, detail: error.message }]
    throw error
  }
}

const work: { [Kind in keyof ManifestTask]: (bytes: Uint8Array, task: ManifestTask[Kind]) => ManifestAnswer[Kind] } = {
  preview: (bytes, { spec, ...rest }) => previewDataset(spec, { ...rest, manifest: parse(bytes) }),
  deal: (bytes, { split }) => dealFaults(parse(bytes), split),
}

/** Reads a whole manifest and answers what the task asks of it: seconds for a hundred thousand images. Pure. */
export const workOnManifest = <Kind extends keyof ManifestTask>(
  kind: Kind,
  bytes: Uint8Array,
  task: ManifestTask[Kind],
): ManifestAnswer[Kind] => work[kind](bytes, task)
