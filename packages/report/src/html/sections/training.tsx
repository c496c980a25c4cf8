import type { ApproachReport, Trial } from '@assay/contracts'
import { formatAp, formatNumber, formatSeconds, formatTrialCounts, formatUsd, trialCountsTitle } from '../../format.ts'
import { Lines } from '../charts/lines.tsx'
import { TrialHistory } from '../charts/trial-history.tsx'
import { Figure, Section, Table } from '../elements.tsx'
import { Legend, type Series, SeriesName } from '../series.tsx'
import type { SectionOf } from './quality.tsx'

type Named = { approach: ApproachReport; one: Series }

export const Objectives = ({ report, series }: SectionOf) => (
  <Section id="objectives" title="What each approach optimised">
    <p class="note">
      The objective is the algorithm’s own number, on its own validation data. Objectives of different approaches are{' '}
      <b>not comparable</b> with each other, nor with mAP on the test part.
    </p>
    <Table
      head={['Approach', 'Objective', 'Direction', 'Best value', trialCountsTitle, 'Scored trial', 'Test mAP']}
      text={[1, 2, 5]}
      rows={report.approaches.map(({ id, title, objective, trialCounts, bestTrial, stats }) => {
        const one = series.get(id)
        return [
          one ? <SeriesName series={one} /> : title,
          objective ? <code>{objective.metric}</code> : 'none (fixed settings)',
          objective?.direction ?? '–',
          objective?.value == null ? '–' : formatNumber(objective.value),
          formatTrialCounts(trialCounts),
          <code>{bestTrial ?? '–'}</code>,
          formatAp(stats?.[0]),
        ]
      })}
    />
  </Section>
)

interface MetricLines {
  metric: string
  lines: { series: Series; points: readonly (readonly [number, number])[] }[]
}

/** One chart a metric: approaches that log the same metric share it. */
const byMetric = (named: readonly Named[]): MetricLines[] => {
  const charts = new Map<string, MetricLines>()
  for (const { approach, one } of named)
    for (const { metric, points } of approach.curves) {
      if (points.length === 0) continue
      const chart = charts.get(metric) ?? { metric, lines: [] }
      chart.lines.push({ series: one, points: points.map(({ step, value }) => [step, value] as const) })
      charts.set(metric, chart)
    }
  return [...charts.values()]
}

/** Steps of any line, at most 200, each with the value of every line there. */
const curveRows = (lines: MetricLines['lines']): string[][] => {
  const values = lines.map(({ points }) => new Map(points))
  const steps = [...new Set(lines.flatMap(({ points }) => points.map(([step]) => step)))].sort((a, b) => a - b)
  const every = Math.ceil(steps.length / 200)
  return steps
    .filter((_, index) => index % every === 0 || index === steps.length - 1)
    .map((step) => [
      formatNumber(step),
      ...values.map((at) => {
        const value = at.get(step)
        return value === undefined ? '–' : formatNumber(value)
      }),
    ])
}

export const Training = (props: SectionOf) => {
  const charts = byMetric(namedOf(props))
  if (charts.length === 0) return null
  const drawn = new Map(charts.flatMap(({ lines }) => lines.map(({ series }) => [series.id, series])))
  return (
    <Section id="training" title="Training curves">
      <p class="note">
        Of the trial whose model was scored, as its log lines say. Algorithms measure different things under different
        names, so only equal names share an axis.
      </p>
      <Legend series={[...drawn.values()]} lines />
      <div class="small-multiples">
        {charts.map(({ metric, lines }) => (
          <Figure
            key={metric}
            title={metric}
            caption={lines
              .map(({ series, points }) => `${series.title}: last ${formatNumber(points.at(-1)?.[1] ?? 0)}`)
              .join('; ')}
            table={{ head: ['Step', ...lines.map(({ series }) => series.title)], rows: curveRows(lines) }}
          >
            <Lines
              label={metric}
              size="small"
              xTitle="epoch or step, as logged"
              yTitle=""
              format={formatNumber}
              lines={lines}
            />
          </Figure>
        ))}
      </div>
    </Section>
  )
}

const namedOf = ({ report, series }: SectionOf): Named[] =>
  report.approaches.flatMap((approach) => {
    const one = series.get(approach.id)
    return one ? [{ approach, one }] : []
  })

const byStart = (trials: readonly Trial[]) =>
  [...trials].sort((a, b) => (a.startedAt ?? '~').localeCompare(b.startedAt ?? '~') || a.name.localeCompare(b.name))

const shown = (text: string | undefined) => {
  if (text === undefined) return '–'
  const value = Number(text)
  return text !== '' && Number.isFinite(value) ? formatNumber(value) : text
}

const Tuning = ({ approach, one, rateOf }: Named & { rateOf: (trial: Trial) => number | null }) => {
  const trials = byStart(approach.trials)
  const tuned = Object.keys(approach.requested.tuning?.ranges ?? {})
  const direction = approach.objective?.direction ?? 'maximize'
  const metric = approach.objective?.metric ?? 'objective'
  const values = trials.map(({ objective }) => objective ?? null)
  const { tuning } = approach.requested
  return (
    <div class="tuning">
      <h3>
        <SeriesName series={one} />
      </h3>
      <p class="note">
        {tuning
          ? `${tuning.strategy} search, ${tuning.maxTrials} trials, ${tuning.maxParallel} at a time; ${Object.entries(
              tuning.ranges,
            )
              .map(([name, range]) => `${name} from ${range}`)
              .join('; ')}.`
          : ''}
      </p>
      {values.some((value) => value !== null) && (
        <Figure
          title={`Objective of each trial of ${one.title}`}
          caption="Hollow marks are trials, the stairs are the best so far."
          table={{
            head: ['Trial', metric],
            rows: values.map((value, index) => [String(index + 1), value === null ? '–' : formatNumber(value)]),
          }}
        >
          <TrialHistory series={one} values={values} direction={direction} metric={metric} format={formatNumber} />
        </Figure>
      )}
      <Table
        caption={`Trials of ${one.title}`}
        head={['Trial', 'Status', metric, ...tuned, 'Billable', '$', 'Instance']}
        text={[1]}
        best={(row, column) => column === 2 && trials[row]?.name === approach.bestTrial}
        rows={trials.map((trial) => [
          <code>{trial.name}</code>,
          trial.failureReason ? `${trial.status}: ${trial.failureReason}` : trial.status,
          trial.objective === undefined ? '–' : formatNumber(trial.objective),
          ...tuned.map((name) => shown(trial.hyperparameters[name])),
          formatSeconds(trial.billableSeconds),
          formatUsd(rateOf(trial)),
          trial.instanceType,
        ])}
      />
    </div>
  )
}

export const Tunings = (props: SectionOf) => {
  const tuned = namedOf(props).filter(
    ({ approach }) => approach.requested.tuning !== null && approach.trials.length > 0,
  )
  if (tuned.length === 0) return null
  const { rates } = props.report.method.priceTable
  const rateOf = ({ instanceType, instanceCount, billableSeconds = 0 }: Trial) => {
    const rate = rates.find((known) => known.instanceType === instanceType && known.use === 'training')
    return rate ? (billableSeconds * instanceCount * rate.microUsdPerHour) / 3.6e9 : null
  }
  return (
    <Section id="tuning" title="Tuning">
      <p class="note">★ marks the trial whose model was scored. All trials are paid for.</p>
      {tuned.map((named) => (
        <Tuning key={named.one.id} {...named} rateOf={rateOf} />
      ))}
    </Section>
  )
}
