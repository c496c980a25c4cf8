export { ARCHITECTURES, type Architecture, type NetworkName } from './architecture.ts'
export { COCO_OVERLAPS, meanAveragePrecision, type ScoredImage } from './average-precision.ts'
export type { Box, LabelledBox } from './boxes.ts'
export { createDetector, type Detector, type DetectorOptions } from './detector.ts'
export { detect, type Detection, type DetectOptions } from './detect.ts'
export type { Losses } from './losses.ts'
export type { OptimizerName, Schedule } from './optimizers.ts'
export { decodePicture, type Picture, pictureFromPixels, type Sample } from './pictures.ts'
export { createRandom, type Random, shuffle } from './random.ts'
export { type EpochReport, measureLosses, train, type TrainOptions } from './train.ts'
export {
  loadDetector,
  loadPretrainedWeights,
  loadWeights,
  pretrainedWeightsPath,
  saveDetector,
  saveWeights,
  type Weights,
} from './weights.ts'
