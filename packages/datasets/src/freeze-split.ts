import type { DatasetManifest, SplitManifest, SplitSpec } from '@assay/contracts'
import { stratifiedSplit } from './stratified-split.ts'

/** The split with every image's hash, in ascending order of ids. The spec's seed alone decides; a plan sees what the split stage will write. */
export const freezeSplit = (manifest: DatasetManifest, spec: SplitSpec, fingerprint: string): SplitManifest => {
  const parts = stratifiedSplit(manifest, spec)
  return {
    schemaVersion: 1,
    seed: spec.seed,
    datasetFingerprint: fingerprint,
    images: manifest.images.map(({ id, file, sha256 }) => ({ id, file, sha256, part: parts.get(id) ?? 'train' })),
  }
}
