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

const trialsDone = ({ TrainingJobStatusCounters: counters }: DescribeHyperParameterTuningJobCommandOutput): number => {
  const { Completed = 0, Stopped = 0, NonRetryableError = 0 } = counters ?? {}
  return Completed + Stopped + NonRetryableError
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
        return later({
          afterMs: timing.pollMs,
          // No counts of trials in it: a wait lasts for as long as its reason does.
          reason: `tuning job ${attempt.name}: ${job.HyperParameterTuningJobStatus}`,
          cloud: tuningJobWait(job),
          done: trialsDone(job),
          total: tuning.maxTrials,
          unit: 'trials',
        })
      }
    }
  }
