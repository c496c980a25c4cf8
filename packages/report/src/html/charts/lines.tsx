import { scaleLinear } from 'd3-scale'
import { line } from 'd3-shape'
import { colourClass, dashOf, Marker, type Series } from '../series.tsx'
import { Chart, type Frame, XAxis, YAxis } from './axes.tsx'

export interface LineData {
  series: Series
  points: readonly (readonly [number, number])[]
}

export interface LinesProps {
  lines: readonly LineData[]
  label: string
  xTitle: string
  yTitle: string
  /** (Default: the data's own range) */
  xRange?: readonly [number, number]
  yRange?: readonly [number, number]
  /** (Default: half, two beside each other) */
  size?: keyof typeof sizes
  format?: (value: number) => string
}

const sizes = {
  small: { widthPx: 330, heightPx: 230 },
  half: { widthPx: 500, heightPx: 320 },
}

const spanOf = (values: readonly number[]): [number, number] => {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  if (values.length === 0) return [0, 1]
  return least === most ? [least - 0.5, most + 0.5] : [least, most]
}

/** At most this many points a line are drawn; the first, the last and the extremes of every stretch stay. */
const mostPoints = 400

/** Thins a long line, keeping the least and the greatest of each stretch. */
const thinned = (points: LineData['points']): LineData['points'] => {
  if (points.length <= mostPoints) return points
  const stretch = Math.ceil(points.length / (mostPoints / 2))
  const kept: (readonly [number, number])[] = []
  for (let from = 0; from < points.length; from += stretch) {
    const part = points.slice(from, from + stretch)
    const low = part.reduce((a, b) => (b[1] < a[1] ? b : a))
    const high = part.reduce((a, b) => (b[1] > a[1] ? b : a))
    kept.push(...(low[0] < high[0] ? [low, high] : low === high ? [low] : [high, low]))
  }
  return kept
}

/** Lines over a common pair of axes, told apart by colour, dash and mark. */
export const Lines = (props: LinesProps) => {
  const { lines, label, xTitle, yTitle, size = 'half' } = props
  const format = props.format ?? ((tick: number) => tick.toFixed(2))
  const frame: Frame = { ...sizes[size], left: 48, right: 14, top: 26, bottom: 44 }
  const x = scaleLinear(props.xRange ?? spanOf(lines.flatMap(({ points }) => points.map(([at]) => at))), [
    frame.left,
    frame.widthPx - frame.right,
  ])
  const y = scaleLinear(props.yRange ?? spanOf(lines.flatMap(({ points }) => points.map(([, value]) => value))), [
    frame.heightPx - frame.bottom,
    frame.top,
  ])
  if (!props.yRange) y.nice(5)
  // Between whole epochs there is nothing to read off.
  const isWhole = lines.every(({ points }) => points.every(([at]) => Number.isInteger(at)))
  const ticks = x.ticks(6).filter((tick) => !isWhole || Number.isInteger(tick))
  const path = line<readonly [number, number]>(
    ([at]) => x(at),
    ([, value]) => y(value),
  ).digits(1)
  return (
    <Chart frame={frame} label={label}>
      <XAxis frame={frame} scale={x} ticks={ticks} format={format} title={xTitle} />
      <YAxis frame={frame} scale={y} ticks={y.ticks(5)} format={format} title={yTitle} />
      {lines.map(({ series, points }) => {
        const drawn = thinned(points)
        const every = Math.max(1, Math.round(drawn.length / 6))
        // Each line has its marks at other places, so that lines that run together can be told apart.
        const offset = Math.round((series.index % 5) * (every / 5))
        return (
          <g key={series.id} class={colourClass(series)}>
            <title>{series.title}</title>
            <path class="ln" d={path([...drawn]) ?? ''} stroke-dasharray={dashOf(series)} />
            {drawn.map(([at, value], index) =>
              drawn.length <= 12 || index % every === offset % every ? (
                <Marker key={index} series={series} x={x(at)} y={y(value)} size={38} />
              ) : null,
            )}
          </g>
        )
      })}
    </Chart>
  )
}
