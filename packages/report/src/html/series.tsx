import {
  type SymbolType,
  symbol,
  symbolCircle,
  symbolCross,
  symbolDiamond2,
  symbolSquare,
  symbolStar,
  symbolTimes,
  symbolTriangle,
  symbolWye,
} from 'd3-shape'
import type { ApproachReport } from '@assay/contracts'

/** An approach as charts draw it: one colour, shape and dash everywhere, by its place in the spec. */
export interface Series {
  id: string
  title: string
  index: number
}

const shapes: SymbolType[] = [
  symbolCircle,
  symbolSquare,
  symbolTriangle,
  symbolDiamond2,
  symbolStar,
  symbolCross,
  symbolWye,
  symbolTimes,
]
const dashes = ['none', '8 3', '2 3', '10 3 2 3', '5 2', '1 2', '12 4 4 4', '6 6']

export const seriesOf = (approaches: readonly ApproachReport[]): Map<string, Series> =>
  new Map(approaches.map(({ id, title }, index) => [id, { id, title, index }]))

export const colourClass = ({ index }: Series) => `s${index % 8}`
export const dashOf = ({ index }: Series) => dashes[index % dashes.length] ?? 'none'

/** With more than eight approaches a colour comes back with another shape. */
const shapeOf = ({ index }: Series) => shapes[(index + Math.floor(index / 8)) % shapes.length] ?? symbolCircle

export interface MarkerProps {
  series: Series
  x: number
  y: number
  /** Area in px². (Default: 80) */
  size?: number
  hollow?: boolean
}

export const Marker = ({ series, x, y, size = 80, hollow = false }: MarkerProps) => (
  <path
    class={`${colourClass(series)} ${hollow ? 'hollow' : 'pt'}`}
    transform={`translate(${x.toFixed(1)},${y.toFixed(1)})`}
    d={symbol(shapeOf(series), size).digits(2)() ?? ''}
  />
)

/** The series' mark beside its title. */
export const SeriesName = ({ series }: { series: Series }) => (
  <span class="name">
    <svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">
      <Marker series={series} x={0} y={0} size={70} />
    </svg>
    {series.title}
  </span>
)

export const Legend = ({ series, lines = false }: { series: readonly Series[]; lines?: boolean }) => (
  <ul class="legend">
    {series.map((one) => (
      <li key={one.id}>
        <svg width={lines ? 34 : 14} height="14" viewBox={lines ? '-17 -7 34 14' : '-7 -7 14 14'} aria-hidden="true">
          {lines && (
            <line class={`ln ${colourClass(one)}`} x1="-17" x2="17" y1="0" y2="0" stroke-dasharray={dashOf(one)} />
          )}
          <Marker series={one} x={0} y={0} size={lines ? 46 : 70} />
        </svg>
        {one.title}
      </li>
    ))}
  </ul>
)
