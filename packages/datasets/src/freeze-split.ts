import type { DatasetManifest, SplitGrouping, SplitManifest, SplitSpec } from '@assay/contracts'
import { dealImages } from './deal-images.ts'

export interface FrozenSplit {
  split: SplitManifest
  grouping: SplitGrouping
}

/**
 * The split with every image's hash, in ascending order of ids. The spec's seed alone decides; a plan sees what the split stage will write.
 * Throws a SplitError where the images cannot be dealt as asked.
 */
export const freezeSplit = (manifest: DatasetManifest, spec: SplitSpec, fingerprint: string): FrozenSplit => {
  const { parts, grouping } = dealImages(manifest, spec)
  const images = manifest.images.map(({ id, file, sha256 }) => ({ id, file, sha256, part: parts.get(id) ?? 'train' }))
  return { split: { schemaVersion: 1, seed: spec.seed, datasetFingerprint: fingerprint, images }, grouping }
}
