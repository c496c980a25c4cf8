import type { ApproachPlan, PlanLine, Spread } from '@assay/contracts'
import { instanceMicroUsd, type RateBook, volumeMicroUsd } from '@assay/pricing'
import { mapSpread, sumOf } from './spread.ts'

export interface PriceLookup extends RateBook {
  region: string
}

interface PricedApproach {
  instanceType: string
  endpointInstanceType: string
  volumeGb: number
  trials: number
  trialSeconds: Spread
  endpointSeconds: Spread
  endpointUse: 'hosting' | 'transform'
}

/** What an approach would cost, a line an item; null with a reason where a price is unknown. */
export const costLines = (
  { instanceType, endpointInstanceType, volumeGb, trials, trialSeconds, endpointSeconds, endpointUse }: PricedApproach,
  { region, rateFor, storageRateFor }: PriceLookup,
): Pick<ApproachPlan, 'lines' | 'microUsd' | 'reason'> => {
  const training = rateFor(instanceType, 'training', region)
  const hosting = rateFor(endpointInstanceType, endpointUse, region)
  const storage = storageRateFor(region)
  const jobSeconds = mapSpread(trialSeconds, (seconds) => seconds * trials)
  const priced = (seconds: Spread, microUsd: ((seconds: number) => number) | undefined) => ({
    seconds,
    microUsd: microUsd ? mapSpread(seconds, microUsd) : null,
  })
  const lines: PlanLine[] = [
    {
      item: 'training',
      instanceType,
      ...priced(jobSeconds, training && ((seconds) => instanceMicroUsd(seconds, 1, training.microUsdPerHour))),
    },
    {
      item: 'endpoint',
      instanceType: endpointInstanceType,
      ...priced(endpointSeconds, hosting && ((seconds) => instanceMicroUsd(seconds, 1, hosting.microUsdPerHour))),
    },
    {
      item: 'storage',
      instanceType: null,
      ...priced(jobSeconds, storage && ((seconds) => volumeMicroUsd(seconds, volumeGb, storage.microUsdPerGbMonth))),
    },
  ]
  // Volumes are about a hundredth of their instances: without their price the sum is still worth something.
  const unpriced = lines.filter(({ item, microUsd }) => microUsd === null && item !== 'storage')
  const known = lines.flatMap(({ microUsd }) => microUsd ?? [])
  return {
    lines,
    microUsd: unpriced.length > 0 ? null : sumOf(known),
    reason:
      unpriced.length > 0
        ? `no price is known for ${unpriced.map(({ item, instanceType }) => [item, instanceType].filter(Boolean).join(' on ')).join(', ')} in ${region}`
        : null,
  }
}
