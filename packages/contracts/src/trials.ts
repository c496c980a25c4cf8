import type { Trial } from './stages.ts'
import type { ApproachDetail, LiveTrial } from './views.ts'

/** Trials that run, or those that the ledger has once training ended, in one form; an earlier one that a warm start took is the last. */
export const trialsOf = ({
  trials,
  liveTrials,
  best,
  inherited,
}: Pick<ApproachDetail, 'trials' | 'liveTrials' | 'best' | 'inherited'>): LiveTrial[] =>
  liveTrials.length > 0
    ? liveTrials
    : [...trials, ...(inherited ? [inherited] : [])].map((trial) => ({ ...trial, best: trial.name === best }))

/** How many trials have ended in which way; others still run. */
export const countTrials = (
  trials: readonly Pick<Trial | LiveTrial, 'status'>[],
): { completed: number; failed: number; stopped: number } => {
  const count = (status: Trial['status']) => trials.filter((trial) => trial.status === status).length
  return { completed: count('Completed'), failed: count('Failed'), stopped: count('Stopped') }
}
