import type { DatasetManifest } from '@assay/contracts'

/** The twelve COCO numbers in COCO order, as (metric, IoU, area, most detections). */
export const cocoRows = [
  'AP at IoU .50:.95, all areas, 100 detections',
  'AP at IoU .50, all areas, 100 detections',
  'AP at IoU .75, all areas, 100 detections',
  'AP at IoU .50:.95, small, 100 detections',
  'AP at IoU .50:.95, medium, 100 detections',
  'AP at IoU .50:.95, large, 100 detections',
  'AR at IoU .50:.95, all areas, 1 detection',
  'AR at IoU .50:.95, all areas, 10 detections',
  'AR at IoU .50:.95, all areas, 100 detections',
  'AR at IoU .50:.95, small, 100 detections',
  'AR at IoU .50:.95, medium, 100 detections',
  'AR at IoU .50:.95, large, 100 detections',
] as const

/** Figures of the study on NEU-DET as its authors published them (360 test images of their own split). Never mixed with measured ones. */
export const publishedStudy = {
  columns: ['DDN', 'Type 1', 'Type 1 + HPO', 'Type 2', 'Type 2 + HPO'],
  stats: [
    [0.08, 0.067, 0.226, 0.371, 0.375],
    [null, 0.21, 0.529, 0.755, 0.747],
    [null, 0.031, 0.159, 0.317, 0.327],
    [null, 0.025, 0.144, 0.264, 0.306],
    [null, 0.057, 0.169, 0.287, 0.316],
    [null, 0.077, 0.297, 0.469, 0.452],
    [null, 0.108, 0.187, 0.259, 0.255],
    [null, 0.205, 0.36, 0.494, 0.502],
    [null, 0.263, 0.402, 0.508, 0.524],
    [null, 0.12, 0.265, 0.335, 0.462],
    [null, 0.215, 0.344, 0.463, 0.476],
    [null, 0.208, 0.479, 0.558, 0.559],
  ],
  costUsd: ['25+', '1.5', '30.6', '4.6', '92'],
  wallHours: ['8+', '0.5', '1', '1.5', '3'],
  billableHours: ['8+', '0.5', '10', '1.5', '30'],
  notes: [
    'The study multiplied its hours by $3.06, which is the EC2 price of a p3.2xlarge. SageMaker asked $3.825 an hour for ml.p3.2xlarge, so the same hours cost 25 % more than published. Costs measured here use SageMaker prices.',
    'The study’s sources disagree on DDN: one table gives it .08, above Type 1’s .067; the text says every other approach beat it. Its boxes were probably scored in the wrong form (corners where width and height were due), so .08 says little about the network.',
    'Full runs there: 100 epochs, 20 tuning jobs (10 at a time), ml.p3.2xlarge for training, ml.m5.xlarge for endpoints.',
  ],
} as const

const neuClasses = ['crazing', 'inclusion', 'patches', 'pitted_surface', 'rolled-in_scale', 'scratches']

/** Whether a data set is the study's: NEU-DET's six class names and its 1,800 images. A smaller set of the same classes is not. */
export const isStudyDataset = ({ categories, images }: Pick<DatasetManifest, 'categories' | 'images'>): boolean =>
  images.length === 1800 &&
  categories.length === neuClasses.length &&
  categories
    .map(({ name }) => name)
    .sort()
    .every((name, index) => name === neuClasses[index])
