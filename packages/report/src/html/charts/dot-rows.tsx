import { scaleLinear } from 'd3-scale'
import { Marker, type Series } from '../series.tsx'
import { Chart, type Frame, XAxis } from './axes.tsx'

export interface DotRow {
  label: string
  note: string
  /** In the order of `series`; null where there is nothing to measure. */
  values: readonly (number | null)[]
}

/** One row a class, one mark an approach; each approach has its own height within the row, so that equal values do not hide each other. */
export const DotRows = ({
  rows,
  series,
  axisTitle,
}: {
  rows: readonly DotRow[]
  series: readonly Series[]
  axisTitle: string
}) => {
  const rowPx = Math.max(34, series.length * 8 + 10)
  const left = 180
  const frame: Frame = { widthPx: 1030, heightPx: rows.length * rowPx + 66, left, right: 20, top: 8, bottom: 44 }
  const most = Math.max(0.1, ...rows.flatMap(({ values }) => values.map((value) => value ?? 0)))
  const x = scaleLinear([0, most], [frame.left, frame.widthPx - frame.right]).nice(8)
  return (
    <Chart frame={frame} label={axisTitle}>
      <XAxis frame={frame} scale={x} ticks={x.ticks(8)} format={(tick) => tick.toFixed(2)} title={axisTitle} />
      {rows.map(({ label, note, values }, row) => {
        const top = frame.top + row * rowPx
        const known = values.flatMap((value) => value ?? [])
        const middle = top + rowPx / 2
        return (
          <g key={row}>
            <line
              class="grid zero faint"
              x1={0}
              x2={frame.widthPx - frame.right}
              y1={top + rowPx}
              y2={top + rowPx}
              stroke-width="0.5"
            />
            <text x={left - 12} y={middle - 1} text-anchor="end">
              {label.length > 24 ? `${label.slice(0, 23)}…` : label}
            </text>
            <g class="tick">
              <text x={left - 12} y={middle + 13} text-anchor="end">
                {note}
              </text>
            </g>
            {known.length === 0 && (
              <text x={left + 8} y={middle + 4}>
                n/a
              </text>
            )}
            {values.map((value, index) => {
              const one = series[index]
              if (value === null || !one) return null
              const offset = series.length === 1 ? 0 : (index / (series.length - 1) - 0.5) * (rowPx - 18)
              return (
                <g key={one.id}>
                  <title>{`${label}, ${one.title}: ${value.toFixed(3)}`}</title>
                  <Marker series={one} x={x(value)} y={middle + offset} size={62} />
                </g>
              )
            })}
          </g>
        )
      })}
    </Chart>
  )
}
