import {
  type Comparison,
  type Detections,
  type Diagnosis,
  type GroundTruth,
  type Matching,
  diagnose,
} from '@assay/evaluation'
import { escapeHtml, htmlTable } from './html.ts'
import { lineChart } from './line-chart.ts'
import { comparisonSentence, type Judged, shortNumber, statNames, thresholdCells, thresholdHead } from './table.ts'

export interface JudgedFile extends Judged {
  found: Detections
  matching: Matching
}

const styles = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:1rem 0;display:block;overflow-x:auto}caption{text-align:left;font-weight:600}
th,td{padding:.15rem .7rem;text-align:right;border-bottom:1px solid #8884}th[scope=row]{text-align:left;font-weight:400}
figure{display:inline-block;margin:1rem 1rem 0 0;width:min(100%,32rem);vertical-align:top}figcaption{font-weight:600}
svg{width:100%;color:inherit}svg text{fill:currentColor;font-size:12px}polyline,.legend path{fill:none;stroke-width:2}
.grid{stroke:#8884;fill:none}.legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1rem;font-size:.85rem}
.legend svg{width:24px;height:8px;margin-right:.4rem}`

const errorNames = [
  ['classification', 'right place, wrong class'],
  ['localisation', 'right class, too little overlap'],
  ['both', 'wrong class and too little overlap'],
  ['duplicate', 'object already found'],
  ['background', 'no object there'],
  ['missed', 'object not found by anything'],
  ['falsePositive', 'all false detections together'],
  ['falseNegative', 'all objects not found together'],
] as const

const comparisonSection = ({ approaches, pairs, resamples, images, confidence, seed }: Comparison): string =>
  [
    '<h2>Chance</h2>',
    `<p>${resamples} paired resamples of ${images} images, seed ${seed}; ${Math.round(confidence * 100)} % intervals (BCa).</p>`,
    htmlTable(
      'AP and its interval',
      ['file', 'AP', 'from', 'to', 'best in'],
      approaches.map(({ id, mAP, probabilityBest }) => [
        id,
        ...[mAP.estimate, mAP.low, mAP.high].map(shortNumber),
        `${(100 * probabilityBest).toFixed(1)} %`,
      ]),
    ),
    `<ul>${pairs.map((pair) => `<li>${escapeHtml(comparisonSentence(pair))}</li>`).join('')}</ul>`,
  ].join('\n')

const confusionTable = (groundTruth: GroundTruth, file: string, { confusion }: Diagnosis): string => {
  const names = [...groundTruth.categoryNames, 'background']
  const title = `${file}: truth by row, detection by column, at confidence ${confusion.confidence.toFixed(3)} and IoU ${confusion.iou}`
  return htmlTable(
    title,
    ['', ...names],
    confusion.matrix.map((row, i) => [
      names[i],
      ...row.map((count, j) => (i + 1 === names.length && i === j ? '' : String(count))),
    ]),
  )
}

/** One self-contained HTML page: no script, no outside address, the same bytes for the same numbers. */
export const evaluationPage = (
  groundTruth: GroundTruth,
  judged: readonly JudgedFile[],
  comparison?: Comparison,
): string => {
  const files = judged.map(({ file }) => file)
  const diagnoses = judged.map(({ found, matching, threshold }) =>
    diagnose(groundTruth, found, { matching, ...(threshold && { confidence: threshold.confidence }) }),
  )
  const byFile = (points: (diagnosis: Diagnosis, i: number) => readonly (readonly [number, number])[]) =>
    diagnoses.map((diagnosis, i) => ({ name: files[i], points: points(diagnosis, i) }))
  const unit = [0, 1] as const
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Evaluation</title>',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<meta name="viewport" content="width=device-width"><style>${styles}</style></head><body>`,
    `<h1>Evaluation of ${escapeHtml(files.join(', '))}</h1>`,
    `<p>${groundTruth.imageIds.length} images, ${groundTruth.categoryIds.length} classes, ${groundTruth.objectCount} objects. – stands where no object counts.</p>`,
    htmlTable(
      'COCO’s numbers',
      ['', ...files],
      statNames.map((name, i) => [name, ...judged.map(({ evaluation }) => shortNumber(evaluation.stats[i]))]),
    ),
    htmlTable(
      'AP by class',
      ['class', ...files],
      groundTruth.categoryNames.map((name, k) => [
        name,
        ...judged.map(({ evaluation }) => shortNumber(evaluation.perCategoryAP[String(groundTruth.categoryIds[k])])),
      ]),
    ),
    judged.some(({ threshold }) => threshold !== undefined)
      ? htmlTable(
          'Thresholds: the best F1 on validation (IoU .50, all classes), measured here',
          ['file', ...thresholdHead],
          judged.map((one) => [one.file, ...thresholdCells(one)]),
        )
      : '',
    comparison === undefined ? '' : comparisonSection(comparison),
    '<h2>Curves</h2>',
    lineChart({
      title: 'Precision against recall at IoU .50, mean over classes',
      xName: 'recall',
      yName: 'precision',
      xRange: unit,
      lines: byFile(({ precisionAtRecall }) => precisionAtRecall.map((precision, i) => [i / 100, precision] as const)),
    }),
    lineChart({
      title: 'AP against IoU threshold',
      xName: 'IoU threshold',
      yName: 'AP',
      xRange: [0.5, 0.95],
      lines: byFile((_, i) =>
        judged[i].evaluation.perIouMap.map((ap, t) => [judged[i].matching.iouThresholds[t], Math.max(ap, 0)] as const),
      ),
    }),
    ...diagnoses.map(({ atConfidence }, i) =>
      lineChart({
        title: `${files[i]}: precision, recall and F1 against confidence, IoU .50`,
        xName: 'confidence',
        yName: 'share',
        xRange: [atConfidence[0]?.confidence ?? 0, atConfidence.at(-1)?.confidence ?? 1],
        lines: (['precision', 'recall', 'f1'] as const).map((name) => ({
          name: name === 'f1' ? 'F1' : name,
          points: atConfidence.map((point) => [point.confidence, point[name]] as const),
        })),
      }),
    ),
    '<h2>Errors</h2>',
    htmlTable(
      'AP50 lost to each kind of error (TIDE), and how many',
      ['kind', ...files.flatMap((file) => [file, 'count'])],
      errorNames.map(([kind, meaning]) => [
        `${kind}: ${meaning}`,
        ...diagnoses.flatMap(({ errors, errorCounts }) => [errors[kind].toFixed(3), String(errorCounts[kind])]),
      ]),
    ),
    htmlTable(
      'Calibration: mean distance of confidence from the share that is right (ECE, IoU .50)',
      ['', ...files],
      [['ECE', ...diagnoses.map(({ calibrationError }) => calibrationError?.toFixed(3) ?? '–')]],
    ),
    '<h2>Confusion</h2>',
    ...diagnoses.map((diagnosis, i) => confusionTable(groundTruth, files[i], diagnosis)),
    '</body></html>',
    '',
  ].join('\n')
}
