import type { Comparison, GroundTruth } from '@assay/evaluation'
import { type Judged, evaluationTable } from './table.ts'

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** One self-contained HTML page: no script, no outside address, the same bytes for the same numbers. */
export const evaluationPage = (groundTruth: GroundTruth, judged: readonly Judged[], comparison?: Comparison): string =>
  `<!doctype html><meta charset="utf-8"><title>Evaluation</title><pre>${escaped(evaluationTable(groundTruth, judged, comparison))}</pre>\n`
