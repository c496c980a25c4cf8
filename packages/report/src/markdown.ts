import type { Report } from '@assay/contracts'
import { formatAp, formatDifference, formatSeconds, formatTrialCounts, formatUsd, trialCountsTitle } from './format.ts'
import { cocoRows } from './published.ts'
import { otherTrialsUsd } from './other-trials-usd.ts'
import { ranked } from './ranked.ts'
import { reportSplitNotes } from './report-split-notes.ts'
import { thresholdNote } from './threshold-note.ts'

/** Text of others inside Markdown: no markup, no HTML, no new line or column. */
const plain = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_[\]#|~]|^[+-]/g, (character) => `\\${character}`)

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, column) => (column === 0 ? ':--' : '--:')), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')

const billCells = (approach: Report['approaches'][number]): string[] => {
  const { bestTrialUsd, endpointUsd, endpointBusyUsd, storageUsd } = approach.cost
  const idleUsd = endpointUsd === null || endpointBusyUsd === null ? null : endpointUsd - endpointBusyUsd
  return [bestTrialUsd, otherTrialsUsd(approach), endpointBusyUsd, idleUsd, storageUsd].map((usd) =>
    usd === null ? '–' : formatUsd(usd),
  )
}

/** The report's text and tables as Markdown, for a pull request or a wiki. */
export const renderMarkdown = (report: Report): string => {
  const { approaches, environment, verdict, comparison, split } = report
  const local = environment === 'local'
  const money = local ? 'notional training $' : 'training $'
  const titles = new Map(approaches.map(({ id, title }) => [id, plain(title)]))
  const failed = approaches.filter(({ status }) => status !== 'succeeded')
  const diagnosed = approaches.flatMap(({ title, diagnosis }) =>
    diagnosis ? [{ title, threshold: diagnosis.threshold }] : [],
  )
  const blocks = [
    `# ${plain(report.name)}`,
    ...(local
      ? ['**Local stand-ins, notional dollars:** this run ranks small local networks, not SageMaker’s algorithms.']
      : []),
    [...verdict.sentences, ...report.remarks].map(plain).join('\n\n'),
    `## Leaderboard\n\n${table(
      [
        'Approach',
        `mAP${local ? ' (local stand-in)' : ''}`,
        '95 % interval',
        'AP50',
        'AP75',
        money,
        'billable',
        'wall',
        trialCountsTitle,
      ],
      ranked(approaches).map(
        ({ title, stats, mapInterval, trainingCostUsd, billableSeconds, wallSeconds, trialCounts }) => [
          plain(title),
          formatAp(stats?.[0]),
          mapInterval ? `${formatAp(mapInterval.low)} – ${formatAp(mapInterval.high)}` : '–',
          formatAp(stats?.[1]),
          formatAp(stats?.[2]),
          formatUsd(trainingCostUsd),
          formatSeconds(billableSeconds),
          formatSeconds(wallSeconds),
          formatTrialCounts(trialCounts),
        ],
      ),
    )}`,
    `## Bill\n\n${table(
      ['Approach', 'scored trial', 'other trials', 'endpoint busy', 'endpoint idle', 'storage'],
      approaches.map((approach) => [plain(approach.title), ...billCells(approach)]),
    )}`,
    ...(failed.length > 0
      ? [
          `## Without a result\n\n${failed
            .map(
              ({ title, status, reason }) => `- ${plain(title)}: ${status}, ${plain(reason?.message ?? 'no reason')}`,
            )
            .join('\n')}`,
        ]
      : []),
    `## The twelve COCO numbers\n\n${table(
      ['Metric', ...approaches.map(({ title }) => plain(title))],
      cocoRows.map((name, row) => [name, ...approaches.map(({ stats }) => formatAp(stats?.[row]))]),
    )}`,
    ...(comparison && comparison.pairs.length > 0
      ? [
          `## Pairs\n\n${table(
            ['Pair', 'Difference', '95 % interval', 'Verdict'],
            comparison.pairs.map(({ a, b, difference, interval, distinguishable }) => [
              `${titles.get(a) ?? a} − ${titles.get(b) ?? b}`,
              formatDifference(difference),
              `${formatDifference(interval.low)} to ${formatDifference(interval.high)}`,
              distinguishable ? 'told apart' : 'not distinguishable',
            ]),
          )}`,
        ]
      : []),
    ...(diagnosed.length > 0
      ? [
          `## Thresholds\n\n${thresholdNote}\n\n${table(
            ['Approach', 'Threshold', 'F1 on validation', 'F1 on test', 'Precision on test', 'Recall on test'],
            diagnosed.map(({ title, threshold }) => [
              plain(title),
              ...(threshold.chosenOn === 'validation'
                ? [
                    threshold.confidence,
                    threshold.validation.f1,
                    threshold.test.f1,
                    threshold.test.precision,
                    threshold.test.recall,
                  ].map((value) => value.toFixed(3))
                : [`none: ${plain(threshold.reason)}`, '–', '–', '–', '–']),
            ]),
          )}`,
        ]
      : []),
    [
      `Measured on ${split.test} test images; trained on ${split.train}, validated on ${split.validation}. Costs: ${report.costBasis}.`,
      ...reportSplitNotes(report).map(plain),
    ].join(' '),
  ]
  return `${blocks.join('\n\n')}\n`
}
