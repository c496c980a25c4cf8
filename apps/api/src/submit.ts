import type { ExperimentSpec } from '@assay/contracts'
import type { ApiContext, Fault } from './context.ts'
import { unavailable } from './map-error.ts'
import { ProblemError } from './problem-error.ts'
import { splitFaults } from './split-faults.ts'

/** Faults that need more than the schema to see, with pointers from the root of the body. */
const approachFaults = async ({ checkApproach }: Pick<ApiContext, 'checkApproach'>, { approaches }: ExperimentSpec) => {
  const found = await Promise.all(approaches.map((approach) => checkApproach(approach)))
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

/** Refuses with every fault at once, or accepts for good; the nudge that follows may be lost. */
export const submitExperiment = async (
  context: ApiContext,
  spec: ExperimentSpec,
  key: { idempotencyKey?: string | undefined; keyOwner?: string | undefined },
): Promise<{ id: string; replayed: boolean }> => {
  await requireReady(context)
  const [dataset, faults] = await Promise.all([context.ledger.readDataset(spec.dataset), approachFaults(context, spec)])
  faults.push(...context.checkBudget(spec), ...(await splitFaults(context, spec.split, dataset?.check)))
  if (!dataset) faults.unshift({ pointer: '/dataset', detail: `there is no data set ${spec.dataset}` })
  if (faults.length > 0)
    throw new ProblemError('invalid-content', faults.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; '), {
      errors: faults,
    })
  if (dataset?.check?.status !== 'ready') {
    const state = dataset?.check?.status ?? 'checking'
    throw new ProblemError('dataset-not-ready', `data set ${spec.dataset} is ${state}, ready is needed`, {
      members: { state },
      errors: [{ pointer: '/dataset', detail: `${state}; ready is needed` }],
    })
  }
  return await context.ledger.acceptExperiment({
    spec,
    ...(key.idempotencyKey === undefined ? {} : { idempotencyKey: key.idempotencyKey }),
    ...(key.keyOwner === undefined ? {} : { keyOwner: key.keyOwner }),
  })
}
