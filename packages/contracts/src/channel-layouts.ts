/** How training images and their boxes lie in S3, by the algorithm that reads them (docs/recipes.md says what each holds). */
export const channelLayouts = [
  'recordio',
  'jumpstart',
  'voc-folders',
  'coco',
  'image-json',
  'augmented-manifest',
] as const
export type ChannelLayout = (typeof channelLayouts)[number]
