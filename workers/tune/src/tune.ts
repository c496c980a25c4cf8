import {
  CreateHyperParameterTuningJobCommand,
  DescribeHyperParameterTuningJobCommand,
  type DescribeHyperParameterTuningJobCommandOutput,
  StopHyperParameterTuningJobCommand,
} from '@aws-sdk/client-sagemaker'
import { createOnce, ifThere, tuningJobWait } from '@assay/cloud'
import { type ExperimentRecord, later, PermanentError, type StageHandler } from '@assay/pipeline'
import { tuningJobRequest } from '@assay/recipes'
import { attemptContext, parentJobs, reuseOrBegin, type TrainingDeps, withinQuota } from '@assay/training'
import { finishTuning } from './finish-tuning.ts'

export interface TuneDeps extends TrainingDeps {
  /** Reads the experiments that a warm start learns from. */
  loadExperiment: (experimentId: string) => Promise<ExperimentRecord | undefined>
}

const progressOf = ({
  TrainingJobStatusCounters: counters,
  HyperParameterTuningJobStatus: status,
}: DescribeHyperParameterTuningJobCommandOutput) => {
  const { Completed = 0, InProgress = 0, Stopped = 0, NonRetryableError = 0 } = counters ?? {}
  return { done: Completed + Stopped + NonRetryableError, text: `${status}, ${InProgress} running` }
}

/**
 * Starts the approach's tuning job unless it is there, and looks at it until it has ended. One trial with a model is enough, whatever
 * became of the others; a tuning job that was asked to stop keeps the best so far.
 */
export const createTune =
  (deps: TuneDeps): StageHandler<'tune'> =>
  async (input, { log }) => {
    const { clients, timing } = deps
    const attempt = attemptContext(input, deps)
    const { tuning } = input.approach.spec
    if (!tuning) throw new PermanentError('not_tuned', `approach ${input.approach.id} has no tuning settings`)
    const describe = () =>
      clients.sagemaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: attempt.name }))
    const stop = () =>
      clients.sagemaker.send(new StopHyperParameterTuningJobCommand({ HyperParameterTuningJobName: attempt.name }))
    const decided = await reuseOrBegin(deps, input, attempt)
    if (decided.kind === 'reused') {
      log.info({ from: decided.output.reusedFrom }, 'earlier tuning reused')
      return decided.output
    }
    const job = await createOnce({
      ...attempt.guards(decided.fields),
      describe,
      arnOf: ({ HyperParameterTuningJobArn }) => HyperParameterTuningJobArn,
      create: () =>
        withinQuota({
          approach: input.approach,
          attempt,
          exists: async () => (await ifThere(describe)) !== undefined,
          create: async () => {
            const objective = tuning.objective ?? (await attempt.recipe.objective(input.approach.spec))
            const request = tuningJobRequest(await attempt.request(), {
              tuning,
              objective,
              seed: tuning.seed ?? input.experiment.spec.seed,
              parents: await parentJobs(tuning.warmStart, deps.loadExperiment),
            })
            await clients.sagemakerOnce.send(new CreateHyperParameterTuningJobCommand(request))
            log.info({ job: attempt.name }, 'tuning job created')
          },
        }),
      undo: stop,
    })
    switch (job.HyperParameterTuningJobStatus) {
      case 'Completed':
      case 'Stopped':
      case 'Failed':
        return finishTuning(deps, input, attempt, job)
      default: {
        if (input.approach.tuningStopRequestedAt !== undefined && job.HyperParameterTuningJobStatus === 'InProgress') {
          await stop()
          log.info({ job: attempt.name }, 'tuning job stopped on request')
        }
        const { done, text } = progressOf(job)
        return later({
          afterMs: timing.pollMs,
          reason: `tuning job ${attempt.name}: ${text}`,
          cloud: tuningJobWait(job),
          done,
          total: tuning.maxTrials,
          unit: 'trials',
        })
      }
    }
  }
