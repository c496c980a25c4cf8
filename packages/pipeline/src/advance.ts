import type { Outcome, StageRef } from '@assay/contracts'
import { nextAttempts } from './next-attempts.ts'
import { cancelableStages, nextStages } from './next-stages.ts'
import type { ExperimentRecord } from './record.ts'

export interface AdvanceDeps {
  loadExperiment: (experimentId: string) => Promise<ExperimentRecord | undefined>
  recordOutcome: (ref: StageRef, outcome: Omit<Outcome, 'writer'>) => Promise<unknown>
  beginAttempt: (experimentId: string, approachId: string, attempt: number) => Promise<unknown>
  /** Sees to it that the stage's job is waiting, active or due soon. */
  ensure: (ref: StageRef) => Promise<unknown>
  /** Notes what was left live, for the reconciler; none: forgets the experiment. */
  note: (experimentId: string, stages: readonly StageRef[] | undefined) => Promise<unknown>
  /** Sets and removes the mark of an experiment that is not terminal. */
  open: (experimentId: string) => Promise<unknown>
  close: (experimentId: string) => Promise<unknown>
  /** Tells people that something changed; loss is harmless. */
  changed: (experimentId: string) => Promise<unknown>
  now: () => Date
}

/**
 * Moves an experiment on: folds it, ends what a cancel ends, begins the attempts that follow by themselves, ensures the jobs of the stages that can run now.
 * Idempotent; called at acceptance, at the end of every delivery, on cancel and by the reconciler.
 * Answers the stages that are live, empty once the experiment is terminal.
 */
export const createAdvance =
  ({ loadExperiment, recordOutcome, beginAttempt, ensure, note, open, close, changed, now }: AdvanceDeps) =>
  async (experimentId: string): Promise<readonly StageRef[]> => {
    let experiment = await loadExperiment(experimentId)
    if (!experiment) {
      // Accepted half: its mark is there, its document is not. It is looked at again as one at rest is.
      await note(experimentId, [])
      return []
    }
    if (experiment.cancelRequestedAt !== undefined && !experiment.finish) {
      const at = now().toISOString()
      const attempts = Object.fromEntries(experiment.approaches.map(({ id, attempt }) => [id, attempt]))
      for (const ref of cancelableStages(experiment))
        await recordOutcome(ref, {
          stage: ref.stage,
          status: 'canceled',
          reason: { code: 'canceled', message: 'canceled on request' },
          startedAt: at,
          endedAt: at,
          tries: 0,
          waits: [],
          ...(ref.stage === 'report' ? { attempts } : {}),
        })
      experiment = await loadExperiment(experimentId)
      if (!experiment) return []
    }
    const attempts = experiment.finish ? [] : nextAttempts(experiment)
    for (const { approachId, attempt } of attempts) await beginAttempt(experimentId, approachId, attempt)
    if (attempts.length > 0) experiment = (await loadExperiment(experimentId)) ?? experiment
    const stages = nextStages(experiment)
    for (const ref of stages) await ensure(ref)
    await note(experimentId, experiment.finish ? undefined : stages)
    if (experiment.finish) {
      await close(experimentId)
      // A retry may have begun since we looked; without its mark nobody would find it after a loss of Redis.
      if (!(await loadExperiment(experimentId))?.finish) await open(experimentId)
    }
    await changed(experimentId)
    return stages
  }
