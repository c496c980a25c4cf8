import type { Trial } from '@assay/contracts'
import type { Rate, RateFor, StorageRateFor } from './rate.ts'

/** An amount in whole micro-dollars, or why there is none. A missing price is never counted as 0. */
export type Cost = { microUsd: number; rates: Rate[] } | { microUsd: null; reason: string }

/** Dollars with six decimals at most. */
export const usdOf = (microUsd: number): number => microUsd / 1_000_000

/** Price of instance time, rounded to the nearest micro-dollar. Exact: whole milliseconds times whole micro-dollars. */
export const instanceMicroUsd = (seconds: number, instances: number, microUsdPerHour: number): number => {
  const scaled = BigInt(Math.round(seconds * 1000)) * BigInt(instances) * BigInt(microUsdPerHour)
  return Number((scaled + 1_800_000n) / 3_600_000n)
}

/** Hours of a month as AWS counts GB-months. */
const SECONDS_A_MONTH = 730 * 3600

/** Price of a volume for as long as it exists, rounded to the nearest micro-dollar. */
export const volumeMicroUsd = (seconds: number, volumeGb: number, microUsdPerGbMonth: number): number => {
  const scaled = BigInt(Math.round(seconds * 1000)) * BigInt(volumeGb) * BigInt(microUsdPerGbMonth)
  const month = BigInt(SECONDS_A_MONTH) * 1000n
  return Number((scaled + month / 2n) / month)
}

const withoutPrice = (instanceType: string, use: string, region: string) => ({
  microUsd: null,
  reason: `no ${use} price is known for ${instanceType} in ${region}`,
})

export type BilledTrial = Pick<
  Trial,
  'name' | 'instanceType' | 'instanceCount' | 'billableSeconds' | 'trainingSeconds' | 'spot'
>

/** Billable seconds × instances × the rate of the type that ran, over all given trials: the losing, failed and stopped ones too. */
export const trainingCost = (trials: readonly BilledTrial[], region: string, rateFor: RateFor): Cost => {
  const rates = new Map<string, Rate>()
  let microUsd = 0
  for (const { instanceType, instanceCount, billableSeconds = 0 } of trials) {
    // A job that never got an instance is billed nothing, whatever its type costs.
    if (billableSeconds === 0) continue
    const rate = rateFor(instanceType, 'training', region)
    if (!rate) return withoutPrice(instanceType, 'training', region)
    rates.set(instanceType, rate)
    microUsd += instanceMicroUsd(billableSeconds, instanceCount, rate.microUsdPerHour)
  }
  return { microUsd, rates: [...rates.values()] }
}

/** The volumes of training jobs, each for as long as its job is billed. */
export const volumeCost = (
  trials: readonly BilledTrial[],
  volumeGb: number,
  region: string,
  storageRateFor: StorageRateFor,
): Cost => {
  const rate = storageRateFor(region)
  if (!rate) return { microUsd: null, reason: `no price of volumes is known in ${region}` }
  const microUsd = trials.reduce(
    (sum, { billableSeconds = 0, instanceCount }) =>
      sum + volumeMicroUsd(billableSeconds, volumeGb * instanceCount, rate.microUsdPerGbMonth),
    0,
  )
  return { microUsd, rates: [] }
}

/** An endpoint costs its instances' time from creation to deletion, busy or idle; a transform job that from its start to its end. */
export const endpointCost = (
  { seconds, instanceType, use = 'hosting' }: { seconds: number; instanceType: string; use?: 'hosting' | 'transform' },
  region: string,
  rateFor: RateFor,
): Cost => {
  const rate = rateFor(instanceType, use, region)
  if (!rate) return withoutPrice(instanceType, use, region)
  return { microUsd: instanceMicroUsd(seconds, 1, rate.microUsdPerHour), rates: [rate] }
}
