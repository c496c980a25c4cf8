import { scaleLinear } from 'd3-scale'
import { Marker, type Series } from '../series.tsx'
import { Chart, type Frame, XAxis } from './axes.tsx'

export interface BarRow {
  series: Series
  /** In the order of `names`, each at least 0. */
  values: readonly number[]
}

/** One bar an approach, made of named parts; each part carries its own word beside its colour. */
export const StackedBars = ({
  rows,
  names,
  marks,
  axisTitle,
}: {
  rows: readonly BarRow[]
  names: readonly string[]
  /** Short words for the parts. */
  marks: readonly string[]
  axisTitle: string
}) => {
  const rowPx = 34
  const frame: Frame = { widthPx: 1030, heightPx: rows.length * rowPx + 60, left: 210, right: 20, top: 8, bottom: 44 }
  const most = Math.max(0.05, ...rows.map(({ values }) => values.reduce((sum, value) => sum + value, 0)))
  const x = scaleLinear([0, most], [frame.left, frame.widthPx - frame.right]).nice(8)
  return (
    <Chart frame={frame} label={axisTitle}>
      <XAxis frame={frame} scale={x} ticks={x.ticks(8)} format={(tick) => tick.toFixed(2)} title={axisTitle} />
      {rows.map(({ series, values }, row) => {
        const top = frame.top + row * rowPx + 6
        let start = 0
        return (
          <g key={series.id}>
            <Marker series={series} x={10} y={top + rowPx / 2 - 5} size={60} />
            <text x={24} y={top + rowPx / 2 - 1}>
              {series.title.length > 26 ? `${series.title.slice(0, 25)}…` : series.title}
            </text>
            {values.map((value, part) => {
              const [from, to] = [x(start), x(start + value)]
              start += value
              if (value <= 0) return null
              return (
                <g key={names[part]}>
                  <title>{`${series.title}, ${names[part] ?? ''}: ${value.toFixed(3)}`}</title>
                  <rect
                    class={`bar e${part}`}
                    x={from.toFixed(1)}
                    y={top}
                    width={Math.max(0, to - from).toFixed(1)}
                    height={rowPx - 12}
                  />
                  {to - from > 30 && (
                    <text class="halo" x={((from + to) / 2).toFixed(1)} y={top + rowPx / 2 - 1} text-anchor="middle">
                      {marks[part]}
                    </text>
                  )}
                </g>
              )
            })}
          </g>
        )
      })}
    </Chart>
  )
}
