import type { TrainOutput } from '@assay/contracts'
import type { Ledger } from '@assay/ledger'
import type { ApproachStageInput } from '@assay/pipeline'

/** Keeps a training that ended as it was asked for, so that who asks for the same need not train again. Safe to repeat. */
export const rememberTrained = async (
  ledger: Pick<Ledger, 'recordTrained'>,
  { experiment, approach: { id: approachId, attempt, intents } }: ApproachStageInput,
  output: TrainOutput,
): Promise<void> => {
  const intent = intents.find(({ fields }) => fields !== undefined)
  if (!intent?.fields) return
  // The same at every delivery, for it is a part of a key.
  const trainedAt =
    output.trials
      .flatMap(({ endedAt }) => endedAt ?? [])
      .sort()
      .at(-1) ?? intent.at
  await ledger.recordTrained({
    fields: intent.fields,
    experimentId: experiment.id,
    approachId,
    attempt,
    trainedAt,
    output,
  })
}
