import { scaleLinear } from 'd3-scale'
import { colourClass, dashOf, Marker, type Series } from '../series.tsx'
import { Chart, type Frame, XAxis, YAxis } from './axes.tsx'

export interface TrialHistoryProps {
  series: Series
  /** In the order in which the trials began; null where a trial has no objective. */
  values: readonly (number | null)[]
  direction: 'maximize' | 'minimize'
  metric: string
  format: (value: number) => string
}

/** Each trial's objective as a hollow mark, and the best so far as stairs. */
export const TrialHistory = ({ series, values, direction, metric, format }: TrialHistoryProps) => {
  const frame: Frame = { widthPx: 480, heightPx: 240, left: 56, right: 14, top: 26, bottom: 44 }
  const known = values.flatMap((value, index) => (value === null ? [] : [{ trial: index + 1, value }]))
  const all = known.map(({ value }) => value)
  const [least, most] = [Math.min(...all), Math.max(...all)]
  const x = scaleLinear([0.5, values.length + 0.5], [frame.left, frame.widthPx - frame.right])
  const y = scaleLinear(least === most ? [least - 0.5, most + 0.5] : [least, most], [
    frame.heightPx - frame.bottom,
    frame.top,
  ]).nice(5)
  const better = direction === 'maximize' ? Math.max : Math.min
  let best = direction === 'maximize' ? -Infinity : Infinity
  const steps = known.map(({ trial, value }) => {
    best = better(best, value)
    return { trial, best }
  })
  const path = steps
    .map(
      ({ trial, best }, index) =>
        `${index === 0 ? 'M' : 'H'}${x(trial).toFixed(1)}${index === 0 ? ',' : 'V'}${y(best).toFixed(1)}`,
    )
    .join('')
  const ticks = x.ticks(Math.min(10, values.length)).filter((tick) => Number.isInteger(tick) && tick >= 1)
  return (
    <Chart frame={frame} label={`Objective of each trial of ${series.title}`}>
      <XAxis frame={frame} scale={x} ticks={ticks} format={String} title="trial, in the order of starting" />
      <YAxis frame={frame} scale={y} ticks={y.ticks(5)} format={format} title={`${metric} (${direction})`} />
      <g class={colourClass(series)}>
        <path
          class="ln"
          d={`${path}${steps.length > 0 ? `H${x(values.length + 0.5).toFixed(1)}` : ''}`}
          stroke-dasharray={dashOf(series)}
        />
        {known.map(({ trial, value }) => (
          <g key={trial}>
            <title>{`trial ${trial}: ${format(value)}`}</title>
            <Marker series={series} x={x(trial)} y={y(value)} size={56} hollow />
          </g>
        ))}
      </g>
    </Chart>
  )
}
