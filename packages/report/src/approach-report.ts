import { type ApproachReport, countTrials, type Diagnosis, type Interval, layoutOf } from '@assay/contracts'
import { approachFailure, type ApproachRecord, type ExperimentRecord } from '@assay/pipeline'
import {
  endpointCost,
  endpointUse,
  type RateBook,
  spotSavedShare,
  trainingCost,
  usdOf,
  volumeCost,
} from '@assay/pricing'
import { requestedOf } from './requested.ts'

export interface ApproachFindings {
  diagnosis: Diagnosis | null
  mapInterval: Interval | null
  probabilityBest: number | null
}

export interface Pricing extends RateBook {
  region: string
}

const statusOf = ({ train, deploy, infer, evaluate }: ApproachRecord): ApproachReport['status'] => {
  const statuses = [train, deploy, ...infer.values(), evaluate].map((outcome) => outcome?.status)
  if (statuses.includes('failed')) return 'failed'
  return statuses.includes('canceled') ? 'canceled' : 'failed'
}

/** Why an approach has no numbers: its own stage that did not succeed, or one of the experiment that it depended on. */
const failureOf = (
  approach: ApproachRecord,
  experiment: ExperimentRecord,
): Pick<ApproachReport, 'status' | 'reason'> => ({
  status: statusOf(approach),
  reason: approachFailure(experiment, approach) ?? {
    code: 'not_evaluated',
    message: 'no evaluation has been written',
  },
})

const trainingBill = (train: ApproachRecord['train'], { region, rateFor }: Pricing) => {
  const output = train?.output
  if (!output) return { usd: null, bestUsd: null, reason: 'no training ended with a bill' }
  const cost = trainingCost(output.trials, region, rateFor)
  if (cost.microUsd === null) return { usd: null, bestUsd: null, reason: cost.reason }
  const best = trainingCost(
    output.trials.filter(({ name }) => name === output.best),
    region,
    rateFor,
  )
  return { usd: usdOf(cost.microUsd), bestUsd: best.microUsd === null ? null : usdOf(best.microUsd), reason: null }
}

const endpointBill = (approach: ApproachRecord, { region, rateFor }: Pricing) => {
  const { deploy, teardown, spec } = approach
  const what = spec.inference === 'transform' ? 'transform job' : 'endpoint'
  const use = endpointUse(approach)
  const instanceType = use?.instanceType ?? deploy?.output?.instanceType ?? null
  const known = {
    seconds: use?.seconds ?? null,
    busySeconds: use?.busySeconds ?? null,
    busyUsd: null,
    usd: null,
    instanceType,
  }
  if (!use)
    return {
      ...known,
      reason: deploy && !teardown ? `the ${what} was not gone yet when this was written` : `no ${what} was made`,
    }
  const cost = endpointCost(use, region, rateFor)
  if (cost.microUsd === null) return { ...known, reason: cost.reason }
  const busy = endpointCost({ ...use, seconds: use.busySeconds }, region, rateFor)
  return {
    ...known,
    usd: usdOf(cost.microUsd),
    busyUsd: busy.microUsd === null ? null : usdOf(busy.microUsd),
    reason: null,
  }
}

const storageUsd = ({ train, spec }: ApproachRecord, { region, storageRateFor }: Pricing): number | null => {
  if (!train?.output) return null
  const cost = volumeCost(train.output.trials, spec.volumeGb, region, storageRateFor)
  return cost.microUsd === null ? null : usdOf(cost.microUsd)
}

const latencyOf = (infer: ApproachRecord['infer']): ApproachReport['latencyMs'] => {
  const shards = [...infer.values()].flatMap(({ output }) =>
    output?.latencyMs ? [{ ...output.latencyMs, images: output.images }] : [],
  )
  const images = shards.reduce((sum, shard) => sum + shard.images, 0)
  if (images === 0) return null
  // The shards' medians weighted by images come close to the median of all; the slowest shard's p95 bounds the p95 of all.
  return {
    p50: shards.reduce((sum, { p50, images }) => sum + p50 * images, 0) / images,
    p95: Math.max(...shards.map(({ p95 }) => p95)),
  }
}

/** One approach's share of the report: what was asked, what ran, what came out, what it cost. */
export const approachReportOf = (
  approach: ApproachRecord,
  experiment: ExperimentRecord,
  { diagnosis, mapInterval, probabilityBest }: ApproachFindings,
  pricing: Pricing,
): ApproachReport => {
  const { id, spec, attempt, infer } = approach
  const train = approach.train?.output
  const evaluated = approach.evaluate?.status === 'succeeded' ? approach.evaluate.output : undefined
  const layout = layoutOf(spec)
  const prepared = experiment.prepare.get(layout)?.output
  const training = trainingBill(approach.train, pricing)
  const endpoint = endpointBill(approach, pricing)
  const shards = [...infer.values()].flatMap(({ output }) => (output ? [output] : []))
  return {
    id,
    title: spec.title ?? id,
    recipe: spec.recipe,
    ...(evaluated ? { status: 'succeeded' as const, reason: null } : failureOf(approach, experiment)),
    stats: evaluated?.stats ?? null,
    perCategoryAP: evaluated?.perCategoryAP ?? null,
    trainingCostUsd: training.usd,
    reusedFrom: train?.reusedFrom ?? null,
    billableSeconds: train ? train.trials.reduce((sum, trial) => sum + (trial.billableSeconds ?? 0), 0) : null,
    wallSeconds: train?.wallSeconds ?? null,
    trials: train?.trials ?? [],
    trialCounts: countTrials(train?.trials ?? []),
    attempt,
    inference: spec.inference,
    perCategoryAP50: evaluated?.perCategoryAP50 ?? null,
    perIouMap: evaluated?.perIouMap ?? null,
    mapInterval: evaluated ? mapInterval : null,
    probabilityBest: evaluated ? probabilityBest : null,
    diagnosis: evaluated ? diagnosis : null,
    predictions: evaluated ? shards.reduce((sum, shard) => sum + shard.predictions, 0) : null,
    latencyMs: latencyOf(infer),
    objective: train?.objective ? { ...train.objective, value: train.objective.value ?? null } : null,
    bestTrial: train?.best ?? null,
    curves: train?.curves ?? [],
    requested: requestedOf(spec),
    actual: train?.actual ?? null,
    training: prepared ? { images: prepared.trainImages, seenParts: prepared.seenParts, layout } : null,
    cost: {
      trainingReason: training.reason,
      endpointUsd: endpoint.usd,
      endpointReason: endpoint.reason,
      endpointSeconds: endpoint.seconds,
      endpointInstanceType: endpoint.instanceType,
      endpointBusySeconds: endpoint.busySeconds,
      endpointBusyUsd: endpoint.busyUsd,
      storageUsd: storageUsd(approach, pricing),
      bestTrialUsd: training.bestUsd,
      spotSavedShare: spotSavedShare(train?.trials ?? []) ?? null,
    },
  }
}
