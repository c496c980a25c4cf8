import type { ApproachSpec, ExperimentSpec } from '@assay/contracts'
import { instanceMicroUsd, volumeMicroUsd } from './cost.ts'
import type { RateFor, StorageRateFor } from './rate.ts'

export interface WorstCase {
  /** Whole micro-dollars; null where any approach has no price. */
  microUsd: number | null
  approaches: ApproachWorstCase[]
}

export type ApproachWorstCase = { approachId: string } & (
  | { microUsd: number; trainingMicroUsd: number; endpointMicroUsd: number; reason?: undefined }
  | { microUsd: null; reason: string }
)

export interface WorstCaseOptions {
  region: string
  rateFor: RateFor
  storageRateFor: StorageRateFor
  /** Training instance types an approach may run on; the dearest counts. */
  instanceTypesOf: (approach: ApproachSpec) => readonly string[]
}

const approachWorstCase = (
  approach: ApproachSpec,
  deadlineHours: number,
  { region, rateFor, storageRateFor, instanceTypesOf }: WorstCaseOptions,
): ApproachWorstCase => {
  const types = instanceTypesOf(approach)
  const training = types.map((type) => rateFor(type, 'training', region)?.microUsdPerHour)
  const use = approach.inference === 'transform' ? 'transform' : 'hosting'
  const hosting = approach.endpoint.instanceTypes.map((type) => rateFor(type, use, region)?.microUsdPerHour)
  const unpriced = types.filter((_, index) => training[index] === undefined)
  for (const [index, type] of approach.endpoint.instanceTypes.entries())
    if (hosting[index] === undefined) unpriced.push(`${type} (${use})`)
  if (types.length === 0 || unpriced.length > 0)
    return {
      approachId: approach.id,
      microUsd: null,
      reason:
        types.length === 0
          ? 'no training instance type is known'
          : `no price is known for ${unpriced.join(', ')} in ${region}`,
    }
  const dearest = (rates: readonly (number | undefined)[]) => Math.max(...rates.map((rate) => rate ?? 0))
  const trials = approach.tuning?.maxTrials ?? 1
  // Where no price of volumes is known they are left out: they are about a hundredth of their instances.
  const volume = volumeMicroUsd(
    approach.maxRunSeconds,
    approach.volumeGb,
    storageRateFor(region)?.microUsdPerGbMonth ?? 0,
  )
  const trainingMicroUsd = trials * (instanceMicroUsd(approach.maxRunSeconds, 1, dearest(training)) + volume)
  const endpointMicroUsd = instanceMicroUsd(deadlineHours * 3600, 1, dearest(hosting))
  const microUsd = trainingMicroUsd + endpointMicroUsd
  return { approachId: approach.id, microUsd, trainingMicroUsd, endpointMicroUsd }
}

export const sumWorstCases = (approaches: ApproachWorstCase[]): WorstCase => {
  const known = approaches.flatMap(({ microUsd }) => microUsd ?? [])
  return {
    microUsd: known.length === approaches.length ? known.reduce((sum, microUsd) => sum + microUsd, 0) : null,
    approaches,
  }
}

/**
 * The most that each approach can cost: every trial runs into its time limit, with its volume, on the dearest of its types, and the endpoint lives on the
 * dearest of its types until the experiment's deadline. The cloud itself enforces both limits, so a budget that holds this needs no counter. Attempts
 * that begin by themselves follow jobs that never got an instance, and endpoints of one approach live one after the other, so they are within it.
 */
export const worstCase = (
  { approaches, deadlineHours }: Pick<ExperimentSpec, 'approaches' | 'deadlineHours'>,
  options: WorstCaseOptions,
): WorstCase => sumWorstCases(approaches.map((approach) => approachWorstCase(approach, deadlineHours, options)))
