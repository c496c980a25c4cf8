import type { ApproachCost, Bill, CostItems } from '@assay/contracts'
import type { ApproachRecord, ExperimentRecord } from '@assay/pipeline'
import { type BilledTrial, type Cost, endpointCost, instanceMicroUsd, trainingCost, volumeCost } from './cost.ts'
import { endpointUse } from './endpoint-use.ts'
import { rateBook, type RateBook } from './rate.ts'
import { spotSavedShare } from './spot-saved-share.ts'

/** What runs just now: the ledger learns of it only when it has ended. */
export interface Running {
  nowMs: number
  /** Trials so far of the attempts whose training has no outcome, by `<approach>.<attempt>`. */
  trials: ReadonlyMap<string, readonly BilledTrial[]>
}

const nothing: CostItems = { scoredTrial: 0, otherTrials: 0, endpointBusy: 0, endpointIdle: 0, storage: 0 }

export const sumOfItems = (items: CostItems): number =>
  items.scoredTrial + items.otherTrials + items.endpointBusy + items.endpointIdle + items.storage

export const attemptKey = ({ id, attempt }: Pick<ApproachRecord, 'id' | 'attempt'>): string => `${id}.${attempt}`

const attemptCost = (
  attempt: ApproachRecord,
  trials: readonly BilledTrial[],
  { region, book, nowMs }: { region: string; book: RateBook; nowMs: number | undefined },
): Omit<ApproachCost, 'approachId'> => {
  const unpriced: string[] = []
  const priced = (cost: Cost): number => {
    if (cost.microUsd === null) unpriced.push(cost.reason)
    return cost.microUsd ?? 0
  }
  const best = attempt.train?.output?.best
  const cost = (some: readonly BilledTrial[]) => priced(trainingCost(some, region, book.rateFor))
  const use = endpointUse(attempt, nowMs)
  const endpoint = use ? priced(endpointCost(use, region, book.rateFor)) : 0
  const hosting = use && book.rateFor(use.instanceType, use.use, region)
  const endpointBusy = use && hosting ? instanceMicroUsd(use.busySeconds, 1, hosting.microUsdPerHour) : 0
  return {
    microUsd: {
      scoredTrial: cost(trials.filter(({ name }) => name === best)),
      otherTrials: cost(trials.filter(({ name }) => name !== best)),
      endpointBusy,
      endpointIdle: endpoint - endpointBusy,
      storage: priced(volumeCost(trials, attempt.spec.volumeGb, region, book.storageRateFor)),
    },
    unpriced,
  }
}

/** Every trial and endpoint of every attempt at the prices that the experiment was accepted with. Pure; with `running` also what has not ended yet. */
export const billOf = (
  { approaches, earlierAttempts, prices }: Pick<ExperimentRecord, 'approaches' | 'earlierAttempts' | 'prices'>,
  region: string,
  running?: Running,
): Bill => {
  const attempts = [...earlierAttempts, ...approaches]
  const book = rateBook(prices)
  // A later attempt that kept an earlier training outcome must not pay for it again.
  const paysTraining = (attempt: ApproachRecord) =>
    attempt.train === undefined ||
    // What was reused was paid for by the experiment that trained it.
    (attempt.train.output?.reusedFrom === undefined &&
      attempts.find(({ id, train }) => id === attempt.id && train?.startedAt === attempt.train?.startedAt) === attempt)
  const trialsOf = (attempt: ApproachRecord): readonly BilledTrial[] =>
    paysTraining(attempt)
      ? (attempt.train?.output?.trials ??
        attempt.teardown?.output?.jobs ??
        running?.trials.get(attemptKey(attempt)) ??
        [])
      : []
  const rows = approaches.map(({ id }): ApproachCost => {
    const own = attempts.filter((attempt) => attempt.id === id)
    const saved = spotSavedShare(own.flatMap(trialsOf))
    const costs = own.map((attempt) => attemptCost(attempt, trialsOf(attempt), { region, book, nowMs: running?.nowMs }))
    const items = costs.map(({ microUsd }) => microUsd)
    const sum = (item: keyof CostItems) => items.reduce((total, one) => total + one[item], 0)
    return {
      approachId: id,
      microUsd: {
        scoredTrial: sum('scoredTrial'),
        otherTrials: sum('otherTrials'),
        endpointBusy: sum('endpointBusy'),
        endpointIdle: sum('endpointIdle'),
        storage: sum('storage'),
      },
      unpriced: [...new Set(costs.flatMap(({ unpriced }) => unpriced))],
      ...(saved === undefined ? {} : { spotSavedShare: saved }),
    }
  })
  return { microUsd: rows.reduce((sum, { microUsd }) => sum + sumOfItems(microUsd), 0), approaches: rows }
}

/**
 * What it will have cost in all: of each approach the items that have ended as they were, the others as planned or as they went beyond.
 * Null where nothing was planned.
 */
export const projectedMicroUsd = (
  { approaches, expected, finish }: Pick<ExperimentRecord, 'approaches' | 'expected' | 'finish'>,
  bill: Bill,
): number | null => {
  if (finish) return bill.microUsd
  if (!expected) return null
  return approaches.reduce((sum, { id, train, teardown }) => {
    const spent = bill.approaches.find(({ approachId }) => approachId === id)?.microUsd ?? nothing
    const planned = expected.find(({ approachId }) => approachId === id)
    const training = spent.scoredTrial + spent.otherTrials + spent.storage
    const endpoint = spent.endpointBusy + spent.endpointIdle
    if (teardown || !planned) return sum + training + endpoint
    return (
      sum +
      (train ? training : Math.max(training, planned.training + planned.storage)) +
      Math.max(endpoint, planned.endpoint)
    )
  }, 0)
}
