import type { ReusedFrom, ReusePlan, Trained } from '@assay/contracts'
import type { ReuseVerdict } from '@assay/training'

const fromOf = ({ experimentId, approachId, attempt, trainedAt }: Trained) => ({
  experimentId,
  approachId,
  attempt,
  trainedAt,
})

/** What a plan says of a look-up. */
export const reusePlanOf = (verdict: ReuseVerdict): ReusePlan => {
  if (verdict.reuse === 'off') return { verdict: 'off' }
  if (verdict.reuse === 'hit') return { verdict: 'hit', from: fromOf(verdict.trained) }
  const { nearest, differs } = verdict
  return { verdict: 'miss', ...(nearest ? { nearest: { from: fromOf(nearest), differs } } : {}) }
}

/** The same in a sentence. */
export const reuseSentence = (reuse: ReusePlan): string => {
  if (reuse.verdict === 'off') return 'trained anew: reuse is off'
  const of = ({ approachId, experimentId }: ReusedFrom) => `${approachId} of experiment ${experimentId}`
  if (reuse.verdict === 'hit')
    return `the training is reused from ${of(reuse.from)}, so it takes and costs nothing again`
  const { nearest } = reuse
  return nearest
    ? `trained anew: ${of(nearest.from)} differs in ${nearest.differs.join(', ')}`
    : 'trained anew: nothing like it was trained before'
}
