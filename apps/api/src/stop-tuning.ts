import type { FastifyBaseLogger } from 'fastify'
import type { ApiContext } from './context.ts'
import { requireApproach, requireExperiment } from './experiment-view.ts'
import { nudge } from './nudge.ts'
import { ProblemError } from './problem-error.ts'

/** Ends a tuning early for good; answers the attempt. Refused where no tuning job runs. */
export const stopTuning = async (
  context: Pick<ApiContext, 'ledger' | 'wake'>,
  { id, approachId }: { id: string; approachId: string },
  log: FastifyBaseLogger,
): Promise<number> => {
  const experiment = await requireExperiment(context, id)
  const { spec, attempt, train, intents } = requireApproach(experiment, approachId)
  const started = intents.some(({ kind }) => kind === 'tuning-job')
  if (!spec.tuning || train || !started)
    throw new ProblemError(
      'not-tuning',
      `approach ${approachId} ${spec.tuning ? (train ? 'has ended its tuning' : 'has not begun its tuning') : 'is not tuned'}`,
    )
  await context.ledger.requestTuningStop(id, approachId, attempt)
  nudge(log, 'wake', context.wake({ experimentId: id, approachId, attempt, stage: 'tune' }))
  return attempt
}
