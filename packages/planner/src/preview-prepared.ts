import {
  type ChannelLayout,
  type DatasetCheck,
  type DatasetManifest,
  type PartName,
  type PreparedChannels,
  type SplitManifest,
  trainedPartsOf,
} from '@assay/contracts'
import { describePrepared, planChannels, preparedPrefix } from '@assay/datasets'

interface PreviewedDataset {
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

/** As much of it as the counts alone tell: enough for figures, not for request bodies. */
export const roughPrepared = (
  layout: ChannelLayout,
  { classes }: Pick<DatasetCheck, 'classes'>,
  images: Readonly<Record<PartName, number>>,
): PreparedChannels => {
  const seenParts = [...trainedPartsOf[layout]]
  return {
    layout,
    channels: [],
    classes: classes.map(({ categoryId }) => categoryId),
    trainImages: seenParts.reduce((sum, part) => sum + images[part], 0),
    seenParts,
    maxObjects: 0,
  }
}
