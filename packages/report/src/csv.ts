import type { Report, Threshold } from '@assay/contracts'
import { hardwareOf } from './hardware.ts'
import { otherTrialsUsd } from './other-trials-usd.ts'
import { ranked } from './ranked.ts'
import { cocoRows } from './published.ts'

type Cell = string | number | null

/**
 * One cell. A text that a spreadsheet would take for a formula gets an apostrophe in front, since names come from users; numbers are ours and
 * stay numbers.
 */
const cellOf = (cell: Cell): string => {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const safe = /^[=+\-@\t\r\n|%]/.test(cell.trimStart()) || /^[\t\r\n]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** The leaderboard and all twelve numbers as CSV (RFC 4180), an approach a line, best mAP first. Undefined numbers are empty. */
export const renderCsv = ({ approaches, environment, dataset }: Report): string => {
  const notional = environment === 'local' ? 'notional ' : ''
  const head: Cell[] = [
    'approach',
    'title',
    'status',
    ...cocoRows,
    'mAP low',
    'mAP high',
    `${notional}training $`,
    ...['endpoint $', 'of it busy $', 'storage $', 'other trials $'].map((name) => `${notional}${name}`),
    'threshold (chosen on validation)',
    'precision at threshold',
    'recall at threshold',
    'F1 at threshold',
    'billable seconds',
    'wall seconds',
    'instance types',
    'spot saved share',
    'trials',
    'reused from',
    ...dataset.categories.map(({ name }) => `AP ${name}`),
    'reason',
  ]
  const rows = ranked(approaches).map((approach): Cell[] => [
    approach.id,
    approach.title,
    approach.status,
    ...cocoRows.map((_, index) => definedOnly(approach.stats?.[index])),
    approach.mapInterval?.low ?? null,
    approach.mapInterval?.high ?? null,
    approach.trainingCostUsd,
    approach.cost.endpointUsd,
    approach.cost.endpointBusyUsd,
    approach.cost.storageUsd,
    otherTrialsUsd(approach),
    ...atThreshold(approach.diagnosis?.threshold),
    approach.billableSeconds,
    approach.wallSeconds,
    hardwareOf(approach).join(' '),
    approach.cost.spotSavedShare,
    approach.trials.length,
    approach.reusedFrom?.experimentId ?? null,
    ...dataset.categories.map(({ id }) => definedOnly(approach.perCategoryAP?.[String(id)])),
    approach.reason?.message ?? null,
  ])
  return [head, ...rows].map((row) => `${row.map(cellOf).join(',')}\r\n`).join('')
}

/** The threshold and what it gives on test; empty where none was chosen. */
const atThreshold = (threshold: Threshold | undefined): Cell[] =>
  threshold?.chosenOn === 'validation'
    ? [threshold.confidence, threshold.test.precision, threshold.test.recall, threshold.test.f1]
    : [null, null, null, null]

const definedOnly = (value: number | undefined): number | null => (value === undefined || value < 0 ? null : value)
