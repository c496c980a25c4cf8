import { formatUsd, usdOf } from '@assay/pricing'

const dateTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
const integer = new Intl.NumberFormat('en-US')

/** "23 Nov 2026, 12:00 UTC". */
export const formatTime = (iso: string): string => `${dateTime.format(new Date(iso))} UTC`

export const formatCount = (count: number): string => integer.format(count)

/** A COCO number, 0–1; -1 means undefined. */
export const formatScore = (score: number): string => (score < 0 ? 'n/a' : score.toFixed(3))

/** Of dollars that a local run only pretends to cost, it is said. */
export const formatCost = (microUsd: number, environment: 'local' | 'aws'): string =>
  `${environment === 'local' ? 'notional ' : ''}${formatUsd(usdOf(microUsd))}`

export const secondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000

/** A number as text with at most four figures that count; other text as it is. */
export const formatFigures = (text: string): string => {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || Number.isInteger(value)) return text
  return String(Number(value.toPrecision(4)))
}
