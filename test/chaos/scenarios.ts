import { StopTrainingJobCommand } from '@aws-sdk/client-sagemaker'
import { ProblemError } from '@assay/client'
import { classifyError, resourceName } from '@assay/cloud'
import type { ExperimentSpecInput } from '@assay/contracts'
import type { ExperimentRecord } from '@assay/pipeline'
import { chaosSpec, type Experiments } from './experiments.ts'
import { patiently } from './patiently.ts'

/** What a user does with an experiment after submitting it. */
export interface Scenario {
  name: string
  change: Partial<ExperimentSpecInput>
  /** Ends when nothing more will be asked for; the experiment may still run. */
  act: (experiments: Experiments, id: string) => Promise<void>
}

const LONG_MS = 120_000

const withEpochs = (epochs: number): Partial<ExperimentSpecInput> => ({
  approaches: chaosSpec('').approaches.map((approach) => ({ ...approach, hyperparameters: { epochs } })),
})

const hasJobs = ({ approaches }: ExperimentRecord) =>
  approaches.every(({ intents }) => intents.some(({ kind }) => kind.endsWith('-job')))

const wait: Scenario = { name: 'left alone', change: {}, act: async () => {} }

const cancel: Scenario = {
  name: 'canceled in training, twice',
  change: withEpochs(400),
  act: async ({ api, until }, id) => {
    await until(id, hasJobs, LONG_MS)
    await patiently(() => api().cancel(id))
    await patiently(() => api().cancel(id))
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

export const scenarios: readonly Scenario[] = [wait, cancel, retry]
