import type { DatasetCheck, DatasetRecord, ExperimentSpec, Plan } from '@assay/contracts'
import type { ApiContext, DatasetEntry, Fault } from './context.ts'
import { unavailable } from './map-error.ts'
import { ProblemError } from './problem-error.ts'
import { splitFaults } from './split-faults.ts'

/** Faults that need more than the schema to see, with pointers from the root of the body. */
const approachFaults = async (
  { checkApproach, checkWarmStart }: Pick<ApiContext, 'checkApproach' | 'checkWarmStart'>,
  { approaches, split }: ExperimentSpec,
  dataset: DatasetEntry | undefined,
  options: { mayBeUnsent: boolean },
) => {
  const found = await Promise.all(
    approaches.map(async (spec) => [
      ...(await checkApproach(spec, options)),
      ...(await checkWarmStart({ spec, split, fingerprint: dataset?.check?.fingerprint })),
    ]),
  )
  return found.flatMap((faults, index) =>
    faults.map(({ pointer, detail }): Fault => ({ pointer: `/approaches/${index}${pointer}`, detail })),
  )
}

/** Redis must answer before anything is written: what is accepted must also be able to move. */
export const requireReady = async ({ ready }: Pick<ApiContext, 'ready'>): Promise<void> => {
  const { redis, ledger } = await ready()
  if (!redis || !ledger)
    throw unavailable(`${!redis ? 'Redis' : 'S3'} does not answer; nothing was written`, { redis, ledger })
}

/** Throws with every fault at once; answers the data set, which is ready. */
const checkSubmission = async (
  context: ApiContext,
  spec: ExperimentSpec,
  options: { mayBeUnsent: boolean },
): Promise<{ record: DatasetRecord; check: DatasetCheck }> => {
  const dataset = await context.ledger.readDataset(spec.dataset)
  const faults = await approachFaults(context, spec, dataset, options)
  faults.push(...(await splitFaults(context, spec.split, dataset?.check)))
  if (!dataset) faults.unshift({ pointer: '/dataset', detail: `there is no data set ${spec.dataset}` })
  const tooDear = await context.checkBudget(spec)
  if (faults.length + tooDear.length > 0) {
    const all = [...faults, ...tooDear]
    const detail = all.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; ')
    throw new ProblemError(faults.length > 0 ? 'invalid-content' : 'budget-exceeded', detail, { errors: all })
  }
  if (dataset?.check?.status !== 'ready') {
    const state = dataset?.check?.status ?? 'checking'
    throw new ProblemError('dataset-not-ready', `data set ${spec.dataset} is ${state}, ready is needed`, {
      members: { state },
      errors: [{ pointer: '/dataset', detail: `${state}; ready is needed` }],
    })
  }
  return { record: dataset.record, check: dataset.check }
}

export interface SubmissionKey {
  idempotencyKey?: string | undefined
  keyOwner?: string | undefined
}

const given = ({ idempotencyKey, keyOwner }: SubmissionKey) => ({
  ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  ...(keyOwner === undefined ? {} : { keyOwner }),
})

/** Refuses with every fault at once, or accepts for good; the nudge that follows may be lost. */
export const submitExperiment = async (
  context: ApiContext,
  spec: ExperimentSpec,
  key: SubmissionKey,
): Promise<{ id: string; replayed: boolean }> => {
  await requireReady(context)
  const dataset = await checkSubmission(context, spec, { mayBeUnsent: false })
  const kept = await context.estimate({ spec, dataset })
  return await context.ledger.acceptExperiment({ spec, ...given(key), ...kept })
}

/**
 * Refuses what a submission would refuse, and says what would be created, taken and paid otherwise. Changes nothing, so a source that is
 * still to be stored is planned by its address, with a warning.
 */
export const planSubmission = async (
  context: ApiContext,
  spec: ExperimentSpec,
  { bodies, ...key }: SubmissionKey & { bodies: boolean },
): Promise<Plan> =>
  context.plan({
    spec,
    dataset: await checkSubmission(context, spec, { mayBeUnsent: true }),
    bodies,
    ...given(key),
  })
