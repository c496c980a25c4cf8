import { escapeHtml } from './html.ts'

interface Line {
  name: string
  /** x and y, each within its range. */
  points: readonly (readonly [number, number])[]
}

export interface LineChart {
  title: string
  xName: string
  yName: string
  xRange: readonly [number, number]
  lines: readonly Line[]
}

const widthPx = 520
const heightPx = 340
const marginPx = { left: 52, right: 12, top: 12, bottom: 44 }

/** Okabe and Ito's colours, told apart by colour-blind readers too; dashes tell on where they repeat. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#000000']
const dashes = ['', '6 3', '2 3', '8 3 2 3']

const strokeOf = (i: number) => {
  const dash = dashes[Math.floor(i / colours.length) % dashes.length]
  return `stroke="${colours[i % colours.length]}"${dash === '' ? '' : ` stroke-dasharray="${dash}"`}`
}

/** Lines over 0–1 as inline SVG with a legend; y is always 0–1. */
export const lineChart = ({ title, xName, yName, xRange: [from, to], lines }: LineChart): string => {
  const plotWidth = widthPx - marginPx.left - marginPx.right
  const plotHeight = heightPx - marginPx.top - marginPx.bottom
  const x = (value: number) => marginPx.left + ((value - from) / (to - from || 1)) * plotWidth
  const y = (value: number) => marginPx.top + (1 - value) * plotHeight
  const ticks = [0, 0.25, 0.5, 0.75, 1]
  const label = (at: string, text: string) => `<text ${at}>${escapeHtml(text)}</text>`
  return [
    `<figure><figcaption>${escapeHtml(title)}</figcaption>`,
    `<svg viewBox="0 0 ${widthPx} ${heightPx}" role="img" aria-label="${escapeHtml(title)}">`,
    ...ticks.flatMap((tick) => {
      const value = from + tick * (to - from)
      const [atX, atY] = [x(value).toFixed(1), y(tick).toFixed(1)]
      return [
        `<path class="grid" d="M${marginPx.left} ${atY}H${widthPx - marginPx.right}M${atX} ${marginPx.top}V${heightPx - marginPx.bottom}"/>`,
        label(`x="${marginPx.left - 6}" y="${atY}" text-anchor="end" dominant-baseline="middle"`, tick.toFixed(2)),
        label(`x="${atX}" y="${heightPx - marginPx.bottom + 16}" text-anchor="middle"`, value.toFixed(2)),
      ]
    }),
    label(`x="${marginPx.left + plotWidth / 2}" y="${heightPx - 8}" text-anchor="middle"`, xName),
    label(
      `x="14" y="${marginPx.top + plotHeight / 2}" text-anchor="middle" transform="rotate(-90 14 ${marginPx.top + plotHeight / 2})"`,
      yName,
    ),
    ...lines.map(
      ({ points }, i) =>
        `<polyline ${strokeOf(i)} points="${points.map(([px, py]) => `${x(px).toFixed(1)},${y(py).toFixed(1)}`).join(' ')}"/>`,
    ),
    '</svg><ul class="legend">',
    ...lines.map(
      ({ name }, i) =>
        `<li><svg viewBox="0 0 24 8" aria-hidden="true"><path ${strokeOf(i)} d="M0 4H24"/></svg>${escapeHtml(name)}</li>`,
    ),
    '</ul></figure>',
  ].join('\n')
}
