import type { Report } from '@assay/contracts'
import { formatAp, formatDifference, formatUsd } from '../../format.ts'
import { CostScatter } from '../charts/cost-scatter.tsx'
import { Forest } from '../charts/forest.tsx'
import { Figure, Section } from '../elements.tsx'
import type { Series } from '../series.tsx'
import { moneyWord } from './verdict.tsx'

export const MapAgainstCost = ({ report, series }: { report: Report; series: ReadonlyMap<string, Series> }) => {
  const points = report.approaches.flatMap(({ id, stats, mapInterval, trainingCostUsd }) => {
    const one = series.get(id)
    const map = stats?.[0] ?? -1
    return one && map >= 0 && trainingCostUsd !== null
      ? [{ series: one, map, interval: mapInterval, costUsd: trainingCostUsd, onFront: report.pareto.includes(id) }]
      : []
  })
  if (points.length === 0) return null
  const local = report.environment === 'local'
  return (
    <Section id="cost" title="Quality against money">
      <Figure
        title={local ? 'mAP of local stand-ins against notional training $' : 'mAP against training $'}
        caption="The dashed stairs are the Pareto line: for each sum, the highest mAP that it bought here. Filled marks lie on it; for hollow ones another approach is at least as good for no more money. Whiskers are 95 % intervals."
        table={{
          head: ['Approach', 'mAP', '95 % interval', moneyWord(report), 'On the Pareto line'],
          text: [4],
          rows: points.map(({ series, map, interval, costUsd, onFront }) => [
            series.title,
            formatAp(map),
            interval ? `${formatAp(interval.low)} – ${formatAp(interval.high)}` : '–',
            formatUsd(costUsd),
            onFront ? 'yes' : 'no',
          ]),
        }}
      >
        <CostScatter points={points} axisTitle={moneyWord(report)} />
      </Figure>
    </Section>
  )
}

export const Pairs = ({ report }: { report: Report }) => {
  const { comparison, approaches } = report
  if (!comparison || comparison.pairs.length === 0) return null
  const titles = new Map(approaches.map(({ id, title }) => [id, title]))
  const rows = comparison.pairs.map((pair) => ({
    ...pair,
    label: `${titles.get(pair.a) ?? pair.a} − ${titles.get(pair.b) ?? pair.b}`,
  }))
  return (
    <Section id="pairs" title="Can they be told apart?">
      <Figure
        title="Difference of mAP for each pair, with its 95 % interval"
        caption={
          <>
            By {comparison.method}: {comparison.resamples.toLocaleString('en-US')} resamples of the {comparison.images}{' '}
            test images (seed {comparison.seed}), the same draw for both. Hollow: the interval spans 0, so the two
            cannot be told apart on this test part.
          </>
        }
        table={{
          head: ['Pair', 'Difference', '95 % interval', 'p (Holm)', 'Verdict'],
          text: [4],
          rows: rows.map(({ label, difference, interval, pHolm, distinguishable, survivesHolm }) => [
            label,
            formatDifference(difference),
            `${formatDifference(interval.low)} to ${formatDifference(interval.high)}`,
            pHolm < 0.001 ? '< .001' : pHolm.toFixed(3),
            distinguishable
              ? survivesHolm
                ? 'told apart'
                : 'told apart, but not after correction for the number of pairs'
              : 'not distinguishable',
          ]),
        }}
      >
        <Forest rows={rows} />
      </Figure>
    </Section>
  )
}
