import { scaleLinear } from 'd3-scale'
import type { ApproachReport, Report } from '@assay/contracts'
import { formatAp, formatPercent, formatSeconds, formatUsd } from '../../format.ts'
import { ranked } from '../../ranked.ts'
import { Section, Table } from '../elements.tsx'
import { colourClass, Marker, type Series, SeriesName } from '../series.tsx'
import { moneyWord } from './verdict.tsx'

/** mAP with its interval on a scale that all rows share. */
const Strip = ({ approach, series, most }: { approach: ApproachReport; series: Series; most: number }) => {
  const x = scaleLinear([0, most], [4, 156])
  const map = approach.stats?.[0] ?? -1
  if (map < 0) return null
  const { mapInterval } = approach
  return (
    <svg width="160" height="20" viewBox="0 0 160 20" aria-hidden="true" class={colourClass(series)}>
      <line class="grid zero faint" x1="4" x2="156" y1="10" y2="10" stroke-width="0.6" />
      {mapInterval && <line class="whisker" x1={x(mapInterval.low)} x2={x(mapInterval.high)} y1="10" y2="10" />}
      <Marker series={series} x={x(map)} y={10} size={64} />
    </svg>
  )
}

const Status = ({ approach }: { approach: ApproachReport }) =>
  approach.status === 'succeeded' ? null : <span class={`status ${approach.status}`}>{approach.status}</span>

export const Leaderboard = ({ report, series }: { report: Report; series: ReadonlyMap<string, Series> }) => {
  const rows = ranked(report.approaches)
  const local = report.environment === 'local'
  const most = Math.max(
    0.05,
    ...rows.map(({ stats, mapInterval }) => Math.max(stats?.[0] ?? 0, mapInterval?.high ?? 0)),
  )
  const head = [
    'Approach',
    local ? 'mAP, local stand-in' : 'mAP',
    '95 % interval',
    `0 to ${most.toFixed(2)}`,
    'best in',
    'AP50',
    'AP75',
    moneyWord(report),
    local ? 'notional inference $' : 'inference $',
    'billable',
    'wall',
  ]
  return (
    <Section id="leaderboard" title="Leaderboard">
      <p class="note">
        mAP is COCO’s AP over IoU .50 to .95, measured on {report.split.test} test images that no approach saw. “Best
        in” is the share of resampled test sets in which an approach comes first. Training cost and billable time cover
        all trials; endpoints and transform jobs are counted apart.
      </p>
      <Table
        head={head}
        text={[3]}
        rows={rows.map((approach) => {
          const one = series.get(approach.id)
          return [
            <>
              {one && <SeriesName series={one} />} <Status approach={approach} />
            </>,
            <b>{formatAp(approach.stats?.[0])}</b>,
            approach.mapInterval
              ? `${formatAp(approach.mapInterval.low)} – ${formatAp(approach.mapInterval.high)}`
              : '–',
            one ? <Strip approach={approach} series={one} most={most} /> : null,
            approach.probabilityBest === null ? '–' : formatPercent(approach.probabilityBest),
            formatAp(approach.stats?.[1]),
            formatAp(approach.stats?.[2]),
            formatUsd(approach.trainingCostUsd),
            approach.cost.endpointUsd === null ? '–' : formatUsd(approach.cost.endpointUsd),
            formatSeconds(approach.billableSeconds),
            formatSeconds(approach.wallSeconds),
          ]
        })}
      />
    </Section>
  )
}

export const Failures = ({ report }: { report: Report }) => {
  const failed = report.approaches.filter(({ status }) => status !== 'succeeded')
  if (failed.length === 0) return null
  return (
    <Section id="failed" title="Approaches without a result">
      <Table
        head={['Approach', 'Status', 'Code', 'Reason']}
        text={[1, 2, 3]}
        rows={failed.map((approach) => [
          approach.title,
          <Status approach={approach} />,
          <code>{approach.reason?.code ?? ''}</code>,
          approach.reason?.message ?? 'no reason was written',
        ])}
      />
    </Section>
  )
}
