import { printable } from '@assay/client'
import type { ChosenThreshold, Comparison, Evaluation, GroundTruth, PairComparison } from '@assay/evaluation'

export interface Judged {
  /** The results file as given. */
  file: string
  evaluation: Evaluation
  /** Null where nothing is found on validation; absent where there was no validation. */
  threshold?: ChosenThreshold | null
}

export const statNames = [
  'AP     IoU .50:.95',
  'AP50   IoU .50',
  'AP75   IoU .75',
  'APs    area small',
  'APm    area medium',
  'APl    area large',
  'AR1    1 detection',
  'AR10   10 detections',
  'AR100  100 detections',
  'ARs    area small',
  'ARm    area medium',
  'ARl    area large',
]

/** COCO's numbers to three digits; what is undefined (-1) is a dash. */
export const shortNumber = (value: number): string => (value === -1 ? '–' : value.toFixed(3))

const aligned = (rows: readonly (readonly string[])[]): string[] => {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join('  ')
      .trimEnd(),
  )
}

const signed = (value: number) => (value < 0 ? '−' : '+') + Math.abs(value).toFixed(3)

/** What may be said of two files, in one line without control characters. */
export const comparisonSentence = ({ a, b, difference, pValueHolm, verdict, survivesHolm }: PairComparison): string => {
  const better = `${verdict === 'a is better' ? a : b} is better${survivesHolm ? '' : ', but not after Holm’s correction'}`
  const range = `[${signed(difference.low)}, ${signed(difference.high)}]`
  const words = verdict === 'not distinguishable' ? verdict : better
  return printable(`${a} − ${b} = ${signed(difference.estimate)} ${range}, Holm p ${pValueHolm.toFixed(3)}: ${words}`)
}

const comparisonLines = ({ approaches, pairs, resamples, images, confidence, seed }: Comparison): string[] => [
  '',
  `Chance: ${resamples} paired resamples of ${images} images, ${Math.round(confidence * 100)} % intervals (BCa, seed ${seed})`,
  ...aligned([
    ['', 'AP', 'from', 'to', 'best in'],
    ...approaches.map(({ id, mAP, probabilityBest }) => [
      printable(id),
      shortNumber(mAP.estimate),
      mAP.low.toFixed(3),
      mAP.high.toFixed(3),
      `${(100 * probabilityBest).toFixed(1)} %`,
    ]),
  ]),
  '',
  ...pairs.map(comparisonSentence),
]

export const thresholdHead = ['threshold', 'F1 on validation', 'F1', 'precision', 'recall']

/** The threshold of a file and what it gives on the judged images. */
export const thresholdCells = ({ threshold }: Judged): string[] =>
  threshold
    ? [
        threshold.confidence,
        threshold.validation.f1,
        threshold.test.f1,
        threshold.test.precision,
        threshold.test.recall,
      ].map((value) => value.toFixed(3))
    : thresholdHead.map(() => '–')

/** What a reader of the terminal gets: the 12 numbers, AP per class, and how much of the differences could be chance. */
export const evaluationTable = (
  groundTruth: GroundTruth,
  judged: readonly Judged[],
  comparison?: Comparison,
): string => {
  const files = judged.map(({ file }) => printable(file))
  const objects = Array.from(groundTruth.categoryIds, () => 0)
  for (const [g, category] of groundTruth.objectCategory.entries())
    if (groundTruth.objectCrowd[g] === 0) objects[category]++
  return [
    `${groundTruth.imageIds.length} images, ${groundTruth.categoryIds.length} classes, ${groundTruth.objectCount} objects`,
    '',
    ...aligned([
      ['', ...files],
      ...statNames.map((name, i) => [name, ...judged.map(({ evaluation }) => shortNumber(evaluation.stats[i]))]),
    ]),
    '',
    ...aligned([
      ['AP by class', ...files, 'objects'],
      ...groundTruth.categoryNames.map((name, k) => [
        printable(name),
        ...judged.map(({ evaluation }) => shortNumber(evaluation.perCategoryAP[String(groundTruth.categoryIds[k])])),
        String(objects[k]),
      ]),
    ]),
    ...(judged.some(({ threshold }) => threshold !== undefined)
      ? [
          '',
          'Thresholds: the best F1 on validation (IoU .50, all classes), measured here',
          ...aligned([['', ...thresholdHead], ...judged.map((one, i) => [files[i], ...thresholdCells(one)])]),
        ]
      : []),
    ...(comparison === undefined ? [] : comparisonLines(comparison)),
    '',
  ].join('\n')
}
