export interface Frame {
  widthPx: number
  heightPx: number
  left: number
  right: number
  top: number
  bottom: number
}

/** A scale as the axes need it: positions and a few round values. */
interface AxisScale {
  (value: number): number
}

export interface AxisProps {
  frame: Frame
  scale: AxisScale
  ticks: readonly number[]
  format: (value: number) => string
  title?: string
}

const px = (value: number) => value.toFixed(1)

export const XAxis = ({ frame, scale, ticks, format, title }: AxisProps) => {
  const y = frame.heightPx - frame.bottom
  return (
    <g aria-hidden="true">
      <g class="grid">
        {ticks.map((tick) => (
          <line key={tick} x1={px(scale(tick))} x2={px(scale(tick))} y1={frame.top} y2={y} />
        ))}
      </g>
      {ticks.map((tick) => (
        <g key={tick} class="tick">
          <text x={px(scale(tick))} y={y + 17} text-anchor="middle">
            {format(tick)}
          </text>
        </g>
      ))}
      {title && (
        <text
          class="axis-title"
          x={(frame.left + frame.widthPx - frame.right) / 2}
          y={frame.heightPx - 4}
          text-anchor="middle"
        >
          {title}
        </text>
      )}
    </g>
  )
}

export const YAxis = ({ frame, scale, ticks, format, title }: AxisProps) => (
  <g aria-hidden="true">
    <g class="grid">
      {ticks.map((tick) => (
        <line key={tick} x1={frame.left} x2={frame.widthPx - frame.right} y1={px(scale(tick))} y2={px(scale(tick))} />
      ))}
    </g>
    {ticks.map((tick) => (
      <g key={tick} class="tick">
        <text x={frame.left - 8} y={px(scale(tick) + 4)} text-anchor="end">
          {format(tick)}
        </text>
      </g>
    ))}
    {title && (
      <text class="axis-title" x={0} y={frame.top - 10}>
        {title}
      </text>
    )}
  </g>
)

export interface ChartProps {
  frame: Frame
  label: string
  children: preact.ComponentChildren
}

export const Chart = ({ frame, label, children }: ChartProps) => (
  <svg
    class={frame.widthPx > 600 ? 'chart wide' : 'chart'}
    width={frame.widthPx}
    height={frame.heightPx}
    viewBox={`0 0 ${frame.widthPx} ${frame.heightPx}`}
    role="img"
    aria-label={label}
  >
    {children}
  </svg>
)

/** Moves labels apart that stand closer than `gap`, keeping their order. */
export const spread = (positions: readonly number[], gap: number): number[] => {
  const order = positions.map((_, index) => index).sort((a, b) => (positions[a] ?? 0) - (positions[b] ?? 0))
  const moved = [...positions]
  for (let pass = 0; pass < 20; pass++)
    for (const [place, index] of order.entries()) {
      const before = order[place - 1]
      if (before === undefined) continue
      const lack = gap - ((moved[index] ?? 0) - (moved[before] ?? 0))
      if (lack <= 0.01) continue
      moved[before] = (moved[before] ?? 0) - lack / 2
      moved[index] = (moved[index] ?? 0) + lack / 2
    }
  return moved
}
