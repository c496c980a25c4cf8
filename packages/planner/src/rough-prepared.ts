import {
  type ChannelLayout,
  type DatasetCheck,
  type PartName,
  type PreparedChannels,
  trainedPartsOf,
} from '@assay/contracts'

/** What the counts alone tell of a layout's channels: enough for figures, not for request bodies. */
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
