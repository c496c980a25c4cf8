import { ListTrainingJobsForHyperParameterTuningJobCommand, StopTrainingJobCommand } from '@aws-sdk/client-sagemaker'
import { classifyError, resourceName } from '@assay/cloud'
import type { ExperimentSpecInput } from '@assay/contracts'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench, Disturbance } from './calm-run.ts'
import { chaosSpec } from './experiments.ts'
import type { Result } from './result.ts'

/** A fault that is an outcome: what the report must say of it. The other approach's part is that of the run without faults. */
export interface OutcomeRow {
  fault: string
  disturbance: (bench: Bench) => Disturbance
}

type ApproachResult = Result['approaches'][number]
type Change = Partial<ExperimentSpecInput>

const withSettings = (id: string, settings: Record<string, number>): Change => ({
  approaches: chaosSpec('').approaches.map((approach) =>
    approach.id === id ? { ...approach, hyperparameters: { ...approach.hyperparameters, ...settings } } : approach,
  ),
})

const failed = (id: string, parts: Partial<ApproachResult>): ApproachResult => ({
  id,
  trained: undefined,
  trials: [],
  chosen: -1,
  evaluated: undefined,
  reason: undefined,
  predictions: undefined,
  stats: undefined,
  perCategoryAP: undefined,
  ...parts,
})

/** One approach came to nothing, for the reason; the other has won alone. */
const without =
  (lost: string, parts: (calm: ApproachResult) => Partial<ApproachResult>) =>
  (calm: Result): Result => ({
    ...calm,
    state: 'partially_succeeded',
    approaches: calm.approaches.map((one) => (one.id === lost ? failed(lost, parts(one)) : one)),
    winner: calm.approaches.find(({ id }) => id !== lost)?.id,
    pairs: [],
  })

const ofTraining = ({ trained, trials, chosen }: ApproachResult) => ({ trained, trials, chosen })

const DEADLINE_HOURS = 60 / 3_600

/** Stops the first trial of the tuning job, as a person at the console would. */
const stopFirstTrial = async ({ experiments: { clients } }: Bench, id: string) => {
  const tuningJob = { HyperParameterTuningJobName: resourceName(id, 1, 1) }
  for (;;) {
    try {
      const list = new ListTrainingJobsForHyperParameterTuningJobCommand({
        ...tuningJob,
        SortBy: 'Name',
        SortOrder: 'Ascending',
      })
      const { TrainingJobSummaries = [] } = await clients.sagemaker.send(list)
      const [first, second] = TrainingJobSummaries
      if (first && second) {
        await clients.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: first.TrainingJobName }))
        return
      }
    } catch (error) {
      if (classifyError(error).kind === 'fail') throw error
    }
    await sleep(30)
  }
}

export const outcomeRows: readonly OutcomeRow[] = [
  {
    fault: 'the training fails',
    disturbance: () => ({
      change: withSettings('plain', { weight_decay: 1 }),
      expected: without('plain', () => ({ trained: 'failed', reason: 'training_failed' })),
    }),
  },
  {
    fault: 'every trial fails',
    disturbance: () => ({
      change: withSettings('tuned', { 'weight-decay': 1 }),
      expected: without('tuned', () => ({ trained: 'failed', reason: 'tuning_failed' })),
    }),
  },
  {
    fault: 'one trial is stopped by somebody',
    disturbance: (bench) => ({
      change: withSettings('tuned', { epochs: 60 }),
      disturb: (id) => stopFirstTrial(bench, id),
      expected: (calm, met) => {
        const [plain, tuned] = [calm.approaches[0], met.approaches[1]]
        if (!plain || !tuned) return calm
        const [first, second] = tuned.trials
        const trials =
          first && second
            ? [
                { ...first, status: 'Stopped' as const },
                { ...second, status: 'Completed' as const },
              ]
            : []
        return { ...met, state: 'succeeded', approaches: [plain, { ...tuned, evaluated: 'succeeded', trials }] }
      },
    }),
  },
  {
    fault: 'the endpoint fails',
    disturbance: ({ stack }) => ({
      prepare: (id) =>
        stack.cloud.lifecycle({ endpoints: [{ pattern: resourceName(id, 0, 1), outcome: 'fail', reason: 'no ping' }] }),
      expected: without('plain', (calm) => ({ ...ofTraining(calm), reason: 'endpoint_failed' })),
    }),
  },
  {
    fault: 'the endpoint is stuck in Creating beyond the deadline',
    disturbance: ({ stack, experiments }) => ({
      change: { deadlineHours: DEADLINE_HOURS },
      prepare: (id) => stack.cloud.lifecycle({ endpoints: [{ pattern: resourceName(id, 0, 1), outcome: 'stick' }] }),
      disturb: async (id) => {
        await experiments.until(id, ({ approaches }) => approaches[0]?.closedAt !== undefined, 200_000)
        // Its deletion is refused for a while; teardown asks until the cloud lets go.
        await sleep(2_000)
        await stack.cloud.lifecycle({ endpoints: [] })
      },
      expected: without('plain', (calm) => ({ ...ofTraining(calm), reason: 'deadline' })),
    }),
  },
]
