import { scaleLinear } from 'd3-scale'
import type { ReportPair } from '@assay/contracts'
import { formatDifference } from '../../format.ts'
import { Chart, type Frame, XAxis } from './axes.tsx'

export interface ForestRow extends ReportPair {
  label: string
}

/** Differences of mAP with their intervals around 0: a filled mark where the interval stays clear of it. */
export const Forest = ({ rows }: { rows: readonly ForestRow[] }) => {
  const rowPx = 26
  const frame: Frame = { widthPx: 1030, heightPx: rows.length * rowPx + 60, left: 330, right: 30, top: 8, bottom: 44 }
  const ends = rows.flatMap(({ interval }) => [interval.low, interval.high])
  const far = Math.max(0.02, ...ends.map(Math.abs))
  const x = scaleLinear([-far, far], [frame.left, frame.widthPx - frame.right]).nice(6)
  return (
    <Chart frame={frame} label="Differences of mAP between pairs of approaches">
      <XAxis
        frame={frame}
        scale={x}
        ticks={x.ticks(6)}
        format={formatDifference}
        title="difference of mAP, first minus second"
      />
      <line class="zero" x1={x(0)} x2={x(0)} y1={frame.top} y2={frame.heightPx - frame.bottom} />
      {rows.map(({ label, difference, interval, distinguishable }, index) => {
        const y = frame.top + index * rowPx + rowPx / 2
        return (
          <g key={label} class="s0">
            <title>{`${label}: ${formatDifference(difference)}`}</title>
            <text x={frame.left - 12} y={y + 4} text-anchor="end">
              {label.length > 52 ? `${label.slice(0, 51)}…` : label}
            </text>
            <line
              class={`whisker${distinguishable ? '' : ' faint'}`}
              x1={x(interval.low)}
              x2={x(interval.high)}
              y1={y}
              y2={y}
            />
            <circle class={distinguishable ? 'pt' : 'hollow'} cx={x(difference)} cy={y} r="5" />
          </g>
        )
      })}
    </Chart>
  )
}
