import { setTimeout as sleep } from 'node:timers/promises'
import { DescribeHyperParameterTuningJobCommand, StopTrainingJobCommand } from '@aws-sdk/client-sagemaker'
import { ProblemError } from '@assay/client'
import { classifyError, resourceName } from '@assay/cloud'
import type { ExperimentSpecInput } from '@assay/contracts'
import type { ExperimentRecord } from '@assay/pipeline'
import type { FaultRule } from '../../apps/local-cloud/src/control/fault-rules.ts'
import { chaosSpec, type Experiments } from './experiments.ts'
import { patiently } from './patiently.ts'

/** What a user does with an experiment after submitting it. */
export interface Scenario {
  name: string
  change: Partial<ExperimentSpecInput>
  /** What slows the cloud down for it, so that its actions meet what they are aimed at. */
  faults?: (id: string) => FaultRule[]
  /** Ends when nothing more will be asked for; the experiment may still run. */
  act: (experiments: Experiments, id: string) => Promise<void>
}

const LONG_MS = 120_000
/** Longer than a cancel takes from the intent that it waits for. */
const CREATED_SLOWLY_MS = 1_000

const withEpochs = (epochs: number): Partial<ExperimentSpecInput> => ({
  approaches: chaosSpec('').approaches.map((approach) => ({ ...approach, hyperparameters: { epochs } })),
})

const hasJobs = ({ approaches }: ExperimentRecord) =>
  approaches.every(({ intents }) => intents.some(({ kind }) => kind.endsWith('-job')))

const wait: Scenario = { name: 'left alone', change: {}, act: async () => {} }

const cancelTwice = async ({ api }: Experiments, id: string) => {
  await patiently(() => api().cancel(id))
  await patiently(() => api().cancel(id))
}

/** Resolves once the cloud has the tuning job, or at last after a long time. */
const untilTuning = async ({ clients: { sagemaker } }: Experiments, id: string): Promise<void> => {
  const name = { HyperParameterTuningJobName: resourceName(id, 1, 1) }
  for (const endMs = performance.now() + LONG_MS; performance.now() < endMs; await sleep(30))
    try {
      await sagemaker.send(new DescribeHyperParameterTuningJobCommand(name))
      return
    } catch (error) {
      // It is not there yet, or the cloud is in trouble.
      if (classifyError(error).kind === 'fail') throw error
    }
}

/** The tuning job's creator learns of the cancel when its Create is answered, before teardown has begun, and must undo it; the training runs already. */
const cancelCreator: Scenario = {
  name: 'canceled while its tuning job is being created',
  change: withEpochs(400),
  faults: (id) => [
    {
      operation: 'CreateHyperParameterTuningJob',
      resource: resourceName(id, 1, 1),
      when: 'after',
      count: 3,
      effect: { delayMs: CREATED_SLOWLY_MS },
    },
    {
      service: 's3',
      operation: 'PutObject',
      resource: `experiments/${id}/tuned/1/closed\\.json$`,
      count: 1,
      effect: { delayMs: 2 * CREATED_SLOWLY_MS },
    },
  ],
  act: async (experiments, id) => {
    await experiments.until(id, hasJobs, LONG_MS)
    await cancelTwice(experiments, id)
  },
}

const cancel: Scenario = {
  name: 'canceled in training, twice',
  change: withEpochs(400),
  act: async (experiments, id) => {
    await experiments.until(id, hasJobs, LONG_MS)
    await untilTuning(experiments, id)
    await cancelTwice(experiments, id)
  },
}

/** Stops the job as a person at the console would, as soon as it runs. */
const stopTraining = async ({ clients: { sagemaker }, until }: Experiments, id: string) => {
  await until(id, hasJobs, LONG_MS)
  const isStopped = ({ approaches }: ExperimentRecord) => approaches[0]?.train !== undefined
  while (!(await until(id, isStopped, 50)))
    try {
      await sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: resourceName(id, 0, 1) }))
    } catch (error) {
      // It is not there yet, has ended, or the cloud is in trouble: asked again, and judged by what is in the ledger.
      if (classifyError(error).kind === 'fail') throw error
    }
}

const retry: Scenario = {
  name: 'training stopped by somebody, retried after the end',
  change: withEpochs(40),
  act: async (experiments, id) => {
    const { api, until } = experiments
    await stopTraining(experiments, id)
    await until(id, ({ finish }) => finish !== undefined, LONG_MS)
    try {
      await patiently(() => api().retry(id, 'plain'))
    } catch (error) {
      // The API died between its write and its answer; what we asked for is under way.
      if (!(error instanceof ProblemError) || error.status !== 409) throw error
    }
  },
}

export const scenarios: readonly Scenario[] = [wait, cancelCreator, cancel, retry]
