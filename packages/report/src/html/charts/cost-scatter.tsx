import { scaleLinear, scaleLog } from 'd3-scale'
import type { Interval } from '@assay/contracts'
import { formatAp, formatUsd } from '../../format.ts'
import { colourClass, Marker, type Series } from '../series.tsx'
import { Chart, type Frame, spread, XAxis, YAxis } from './axes.tsx'

export interface CostPoint {
  series: Series
  map: number
  interval: Interval | null
  costUsd: number
  onFront: boolean
}

const frame: Frame = { widthPx: 1030, heightPx: 400, left: 48, right: 150, top: 26, bottom: 44 }

const costScale = (costs: readonly number[]) => {
  const [least, most] = [Math.min(...costs), Math.max(...costs)]
  const range = [frame.left, frame.widthPx - frame.right]
  // Over more than a factor of five the cheap approaches would sit on each other.
  if (least > 0 && most / least > 5) {
    const scale = scaleLog([least / 1.4, most * 1.25], range)
    const ticks = scale.ticks(6)
    const few = ticks.filter((tick) => /^[125]/.test(tick.toExponential()))
    return { scale, ticks: few.length >= 2 ? few : ticks, logarithmic: true }
  }
  const scale = scaleLinear([0, (most || 1) * 1.08], range)
  return { scale, ticks: scale.ticks(6), logarithmic: false }
}

/** The Pareto front as stairs: what mAP is to be had for at most that money. */
const stairs = (points: readonly { x: number; y: number }[]) =>
  points
    .map(({ x, y }, index) => (index === 0 ? `M${x.toFixed(1)},${y.toFixed(1)}` : `H${x.toFixed(1)}V${y.toFixed(1)}`))
    .join('')

/** mAP against training cost, with intervals; approaches that another beats in both are hollow. */
export const CostScatter = ({ points, axisTitle }: { points: readonly CostPoint[]; axisTitle: string }) => {
  const { scale: x, ticks, logarithmic } = costScale(points.map(({ costUsd }) => costUsd))
  const most = Math.max(0.05, ...points.map(({ map, interval }) => Math.max(map, interval?.high ?? 0)))
  const y = scaleLinear([0, most * 1.05], [frame.heightPx - frame.bottom, frame.top]).nice(6)
  const front = points.filter(({ onFront }) => onFront).sort((a, b) => a.costUsd - b.costUsd)
  const labelY = spread(
    points.map(({ map }) => y(map)),
    15,
  )
  return (
    <Chart frame={frame} label="mAP against training cost">
      <XAxis
        frame={frame}
        scale={x}
        ticks={ticks}
        format={formatUsd}
        title={`${axisTitle}${logarithmic ? ' (logarithmic)' : ''}`}
      />
      <YAxis frame={frame} scale={y} ticks={y.ticks(6)} format={(tick) => tick.toFixed(2)} title="mAP" />
      <path class="front" d={stairs(front.map(({ costUsd, map }) => ({ x: x(costUsd), y: y(map) })))} />
      {points.map(({ series, map, interval, costUsd, onFront }, index) => {
        const [px, py] = [x(costUsd), y(map)]
        const [textX, textY] = [px + 11, (labelY[index] ?? py) - 8]
        return (
          <g key={series.id} class={colourClass(series)}>
            <title>{`${series.title}: mAP ${formatAp(map)}, ${formatUsd(costUsd)}`}</title>
            {interval && <line class="whisker" x1={px} x2={px} y1={y(interval.low)} y2={y(interval.high)} />}
            <Marker series={series} x={px} y={py} size={120} hollow={!onFront} />
            <text class="halo" x={textX} y={textY}>
              {series.title.length > 28 ? `${series.title.slice(0, 27)}…` : series.title}
            </text>
          </g>
        )
      })}
    </Chart>
  )
}
