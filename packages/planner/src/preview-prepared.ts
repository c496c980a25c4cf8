import type { ChannelLayout, DatasetManifest, PreparedChannels, SplitManifest } from '@assay/contracts'
import { describePrepared, planChannels, preparedPrefix } from '@assay/datasets'

export interface PreviewedDataset {
  manifest: DatasetManifest
  fingerprint: string
}

/** What the prepare stage will say of the channels, for a request body that shows the very keys. Pure. */
export const previewPrepared = (
  layout: ChannelLayout,
  { manifest, fingerprint }: PreviewedDataset,
  { split, bucket }: { split: SplitManifest; bucket: string },
): PreparedChannels => {
  const prefix = preparedPrefix(layout, fingerprint, split)
  const plans = planChannels(layout, manifest, split)
  return describePrepared(layout, plans, { bucket, prefix, categories: manifest.categories })
}
