export { augmentedManifestLine, manifestAttributes } from './augmented-manifest-channel.ts'
export { bytewise } from './bytewise.ts'
export { channelFileNames } from './channel-names.ts'
export { type ChannelPlan, contentsOf, describePrepared, planChannels, preparedPrefix } from './channel-plan.ts'
export { checkDataset, type CheckedDataset, type CheckOptions } from './check-dataset.ts'
export { cocoAnnotations } from './coco-channel.ts'
export type { FaultCode } from './fault-list.ts'
export { createFolderSource, type FileSource, type ListedFile } from './file-source.ts'
export { imageAnnotation } from './image-json-channel.ts'
export { inParallel } from './in-parallel.ts'
export { type FrozenSplit, freezeSplit } from './freeze-split.ts'
export { type Deal, dealImages, refuseEmptyParts } from './deal-images.ts'
export { createKeyOf } from './group-key.ts'
export { SplitError } from './split-error.ts'
export { jumpstartAnnotations } from './jumpstart-channel.ts'
export { classIndex, detectionLabels, fitsRecordIO, writeRecordIO } from './recordio-channel.ts'
export {
  type AnsweredImage,
  type DatasetPreview,
  type PartCounts,
  previewDataset,
  type PreviewedSpec,
  previewKey,
} from './preview-dataset.ts'
export { createRandom } from './random.ts'
export { ownText } from './own-text.ts'
export { decodeRecords, encodeRecord, type ImageRecord } from './recordio.ts'
export { strataOf } from './strata.ts'
export { partTotals } from './stratified-split.ts'
export { trainedObjects } from './trained-objects.ts'
export { vocFolderPaths, vocXml } from './voc-folders-channel.ts'
