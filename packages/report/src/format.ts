import type { ApproachReport } from '@assay/contracts'
import { formatUsd as dollarsOf } from '@assay/pricing'

/** COCO number with three decimals; -1 and null mean that there is nothing to measure. */
export const formatAp = (value: number | null | undefined): string =>
  value === null || value === undefined || value < 0 ? 'n/a' : value.toFixed(3)

/** A signed difference with three decimals and a true minus. */
export const formatDifference = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`

/** Dollars, where they are known. */
export const formatUsd = (usd: number | null | undefined): string =>
  usd === null || usd === undefined ? 'unknown' : dollarsOf(usd)

/** Seconds below two minutes, else minutes and seconds, else hours and minutes. */
export const formatSeconds = (seconds: number | null | undefined): string => {
  if (seconds === null || seconds === undefined) return 'unknown'
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  const whole = Math.round(seconds)
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
}

export const formatPercent = (share: number): string => `${(share * 100).toFixed(share > 0 && share < 0.01 ? 1 : 0)} %`

/** A number for people: at most four figures that count, no exponent for everyday sizes. */
export const formatNumber = (value: number): string => {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value)
  const short = value.toPrecision(4)
  return short.includes('e') ? short : String(Number(short))
}

/** Title of a column of `formatTrialCounts`. */
export const trialCountsTitle = 'Trials completed / failed / stopped'

export const formatTrialCounts = ({ completed, failed, stopped }: ApproachReport['trialCounts']): string =>
  `${completed} / ${failed} / ${stopped}`
