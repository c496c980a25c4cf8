import type { Report } from '@assay/contracts'
import { formatAp, formatSeconds, formatUsd } from './format.ts'
import { ranked } from './ranked.ts'

/** Control characters would let a name rewrite the terminal. */
// oxlint-disable-next-line eslint/no-control-regex -- control characters are what is removed
const printable = (text: string) => text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '�')

/** Columns as wide as their widest cell; the first is text, the others are numbers. */
export const formatTable = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd()
  return rows.map(line).join('\n')
}

/** The leaderboard for a terminal: mAP with interval, AP50, AP75, training cost, billable and wall time. Ends without a newline. */
export const formatLeaderboard = (report: Report): string => {
  const local = report.environment === 'local'
  const header = [
    'approach',
    'mAP',
    '95 % interval',
    'AP50',
    'AP75',
    local ? 'notional $' : 'training $',
    'billable',
    'wall',
  ]
  const rows = ranked(report.approaches).map(
    ({ title, stats, mapInterval, trainingCostUsd, billableSeconds, wallSeconds }) => [
      printable(title),
      formatAp(stats?.[0]),
      mapInterval ? `${formatAp(mapInterval.low)}–${formatAp(mapInterval.high)}` : '',
      formatAp(stats?.[1]),
      formatAp(stats?.[2]),
      formatUsd(trainingCostUsd),
      formatSeconds(billableSeconds),
      formatSeconds(wallSeconds),
    ],
  )
  const failed = report.approaches.flatMap(({ title, status, reason }) =>
    status === 'succeeded'
      ? []
      : [`${printable(title)} ${status}: ${printable(reason?.message ?? 'no reason was written')}`],
  )
  return [
    formatTable([header, ...rows]),
    ...(failed.length > 0 ? ['', ...failed] : []),
    '',
    ...(local
      ? ['Local stand-ins, not SageMaker’s algorithms; $ are notional (local seconds × SageMaker prices).']
      : []),
    ...[...report.verdict.sentences, ...report.remarks].map(printable),
  ].join('\n')
}
