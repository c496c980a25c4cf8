import type { Outcome, Reason, StageName, StageOutputs, StageRef, TroubleKind } from '@assay/contracts'
import { deadlineOf } from './deadline.ts'
import { InstancesRefused } from './instances-refused.ts'
import { nextStages, stageKey } from './next-stages.ts'
import type { ApproachRecord, ExperimentRecord } from './record.ts'
import {
  isLater,
  type Later,
  later,
  PermanentError,
  type StageContext,
  type StageHandler,
  type StageInput,
} from './stage.ts'
import type { Timing } from './timing.ts'

export type Handlers = { [Stage in StageName]?: StageHandler<Stage> }

/** What the queue knows of a delivery. */
export interface Delivery {
  ref: StageRef
  /** From 1. */
  tryNumber: number
  maxTries: number
  /** When the stage was first delivered, and what it waited for so far. */
  startedAt: string
  waits: Outcome['waits']
  /** Deliveries in a row, this one's forerunners, whose worker died over them. */
  crashes: number
}

/** So many deaths of its worker in a row are no accident: the job is set aside, that is, its stage fails or its data set is rejected. */
export const MOST_CRASHES = 5

/** How an error is to be met; packages/cloud sorts the cloud's. */
export type ErrorClass =
  | { kind: 'retry' }
  | { kind: 'wait'; for: TroubleKind; reason: string }
  | { kind: 'fail'; reason: Reason }
  /** Our own code is at fault: tried once more, for what it read may have been damaged on its way. */
  | { kind: 'bug'; reason: Reason }

export interface RunStageDeps {
  handlers: Handlers
  loadExperiment: (experimentId: string) => Promise<ExperimentRecord | undefined>
  recordOutcome: (ref: StageRef, outcome: Omit<Outcome, 'writer'>) => Promise<unknown>
  advance: (experimentId: string) => Promise<void>
  classify: (error: unknown) => ErrorClass
  timing: Timing
}

const approachOf = (experiment: ExperimentRecord, { approachId, attempt }: StageRef): ApproachRecord | undefined =>
  [...experiment.approaches, ...experiment.earlierAttempts].find(
    (one) => one.id === approachId && one.attempt === attempt,
  )

const isRunnable = (experiment: ExperimentRecord, ref: StageRef): boolean =>
  nextStages(experiment).some((next) => stageKey(next) === stageKey(ref))

/** Teardown and the end never fail: what cannot be deleted now is tried for as long as it takes. */
const neverFails = (stage: StageName) => stage === 'teardown' || stage === 'finish'

/** How the stage ends where there is nothing left to run it for. */
const endWithoutRun = (
  experiment: ExperimentRecord,
  { ref, crashes }: Delivery,
  deadline: ReturnType<typeof deadlineOf>,
  now: Date,
): Pick<Outcome, 'status' | 'reason'> | undefined => {
  if (ref.stage === 'report' && experiment.split?.status !== 'succeeded')
    return {
      status: 'skipped',
      reason: { code: 'not_split', message: 'the images were not split, so there is nothing to report' },
    }
  if (crashes >= MOST_CRASHES && !neverFails(ref.stage))
    return {
      status: 'failed',
      reason: { code: 'crash_loop', message: `${crashes} times in a row its worker died while it ran` },
    }
  if (deadline && now.getTime() >= deadline.atMs)
    return { status: 'failed', reason: { code: 'deadline', message: deadline.message } }
  return undefined
}

const attemptsCovered = (experiment: ExperimentRecord) =>
  Object.fromEntries(experiment.approaches.map(({ id, attempt }) => [id, attempt]))

/**
 * One delivery of a stage: loads the experiment, runs the handler where the stage still lacks an outcome, writes the
 * outcome once and advances. Answers `later` where the delivery is to be parked; throws where the queue is to try again.
 */
export const createRunStage =
  ({ handlers, loadExperiment, recordOutcome, advance, classify, timing }: RunStageDeps) =>
  async (delivery: Delivery, context: StageContext): Promise<Later | undefined> => {
    const { ref } = delivery
    try {
      const experiment = await loadExperiment(ref.experimentId)
      if (!experiment) return undefined
      if (!isRunnable(experiment, ref)) {
        await advance(ref.experimentId)
        return undefined
      }
      // The table pairs each stage with its handler; the input fits because an approach's stage always names its approach.
      const handler = handlers[ref.stage] as
        | ((input: StageInput, context: StageContext) => Promise<StageOutputs[StageName] | Later>)
        | undefined
      if (!handler) throw new Error(`this worker has no handler for ${ref.stage}`)
      const approach = approachOf(experiment, ref)
      const input = { ref, experiment, ...(approach ? { approach } : {}) }
      const base = { stage: ref.stage, startedAt: delivery.startedAt, tries: delivery.tryNumber, waits: delivery.waits }
      const end = async (outcome: Pick<Outcome, 'status' | 'reason'> & { output?: StageOutputs[StageName] }) => {
        await recordOutcome(ref, {
          ...base,
          ...outcome,
          endedAt: context.now().toISOString(),
          ...(ref.stage === 'report' || ref.stage === 'finish' ? { attempts: attemptsCovered(experiment) } : {}),
        })
        await advance(ref.experimentId)
      }
      const deadline = deadlineOf(experiment, approach, ref, delivery)
      const unrun = endWithoutRun(experiment, delivery, deadline, context.now())
      if (unrun) {
        await end(unrun)
        return undefined
      }
      const deadlineAt = deadline && { deadlineAt: new Date(deadline.atMs).toISOString() }
      try {
        const output = await handler(input, {
          ...context,
          progress: (progress) => context.progress({ ...progress, ...deadlineAt }),
        })
        if (isLater(output)) return later({ ...output.later, ...deadlineAt })
        await end({ status: 'succeeded', output })
      } catch (error) {
        const reason = permanentReason(error, classify, delivery, context.signal)
        if (!reason) throw error
        // A cancel may reach the handler before its mark in the ledger; whoever is first, the outcome is the same.
        const status = reason.code === 'canceled' ? 'canceled' : 'failed'
        context.log.warn({ reason }, `stage ${status}`)
        await end({ status, reason })
      }
      return undefined
    } catch (error) {
      return parkOrThrow(error, { classify, timing }, delivery, context)
    }
  }

/** Tries of a delivery that ends in a fault of our own. */
const BUG_TRIES = 2

const permanentReason = (
  error: unknown,
  classify: RunStageDeps['classify'],
  { ref, tryNumber, maxTries }: Delivery,
  signal: AbortSignal,
): Reason | undefined => {
  if (neverFails(ref.stage)) return undefined
  if (error instanceof InstancesRefused && error.nextInstanceType !== undefined)
    return { code: error.code, message: error.message, nextInstanceType: error.nextInstanceType }
  if (error instanceof PermanentError) return { code: error.code, message: error.message }
  const met = classify(error)
  switch (met.kind) {
    case 'wait':
      return undefined
    case 'fail':
      return met.reason
    case 'bug':
      return tryNumber >= BUG_TRIES && !signal.aborted ? met.reason : undefined
    case 'retry':
      return tryNumber >= maxTries && !signal.aborted
        ? { code: 'tries_exhausted', message: `${tryNumber} tries, the last: ${messageOf(error)}` }
        : undefined
    default:
      return met satisfies never
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

/**
 * What ends a delivery without an outcome: parked where it waits for something, tried again where an error may pass. At the last try too it is
 * parked: a job ends as failed only after its failed outcome is in the ledger.
 */
const parkOrThrow = (
  error: unknown,
  { classify, timing }: Pick<RunStageDeps, 'classify' | 'timing'>,
  { ref, tryNumber, maxTries }: Delivery,
  { log, signal }: StageContext,
): Later => {
  if (signal.aborted) return later({ afterMs: 0, reason: 'its worker stopped' })
  const met = classify(error)
  if (met.kind === 'wait') {
    // What we may not stop or delete goes on costing money.
    const isLoud = neverFails(ref.stage) && met.for === 'credentials'
    log[isLoud ? 'error' : 'warn']({ err: error, waitingFor: met.for }, isLoud ? 'no permission to clean up' : 'parked')
    return later({ afterMs: met.for === 'quota' ? timing.quotaMs : timing.outageMs, reason: met.reason, for: met.for })
  }
  if (tryNumber < maxTries) throw error
  log.error({ err: error }, 'parked after the last try')
  return later({
    afterMs: timing.retryMaxMs,
    reason: `waits after ${tryNumber} tries: ${messageOf(error)}`.slice(0, 300),
  })
}
