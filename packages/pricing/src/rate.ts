import type { Prices } from '@assay/contracts'
import { priceTable, type Use } from './price-table.ts'

export interface Rate {
  instanceType: string
  use: Use
  region: string
  microUsdPerHour: number
  source: string
  /** Day on which the price was read, as YYYY-MM-DD. */
  date: string
}

/** Looks a price up; undefined where there is none for that type, use and region. */
export type RateFor = (instanceType: string, use: Use, region: string) => Rate | undefined

const entries = new Map(priceTable.entries.map((entry) => [entry.instanceType, entry]))

/** The price of an instance-hour in the dated table of this repository. */
export const rateFor: RateFor = (instanceType, use, region) => {
  const entry = entries.get(instanceType)
  if (!entry || region !== priceTable.region) return undefined
  const source = entry.confidence === 'historic' ? `${priceTable.source}; historic` : priceTable.source
  return { instanceType, use, region, microUsdPerHour: entry.microUsdPerHour, source, date: priceTable.date }
}

export interface StorageRate {
  region: string
  microUsdPerGbMonth: number
  source: string
  /** Day on which the price was read, as YYYY-MM-DD. */
  date: string
}

/** The price of the volumes of training jobs; undefined where there is none for the region. */
export type StorageRateFor = (region: string) => StorageRate | undefined

/** The price of volumes in the dated table of this repository. */
export const storageRateFor: StorageRateFor = (region) => {
  const { microUsdPerGbMonth, source, date } = priceTable
  return region === priceTable.region ? { region, microUsdPerGbMonth, source, date } : undefined
}

/** A look-up among given rates only, for example those that a report carries. */
export const rateAmong =
  (rates: readonly Rate[]): RateFor =>
  (instanceType, use, region) =>
    rates.find((rate) => rate.instanceType === instanceType && rate.use === use && rate.region === region)

export interface RateBook {
  rateFor: RateFor
  storageRateFor: StorageRateFor
}

/** Look-ups in the prices that were kept with an experiment; the dated table where they lack one. */
export const rateBook = (prices: Prices | undefined): RateBook => {
  const kept = rateAmong(prices?.rates ?? [])
  return {
    rateFor: (instanceType, use, region) => kept(instanceType, use, region) ?? rateFor(instanceType, use, region),
    storageRateFor: (region) => (prices?.storageRate?.region === region ? prices.storageRate : storageRateFor(region)),
  }
}
