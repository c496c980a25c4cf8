import {
  CreateHyperParameterTuningJobCommand,
  DescribeHyperParameterTuningJobCommand,
  type DescribeHyperParameterTuningJobCommandOutput,
  StopHyperParameterTuningJobCommand,
} from '@aws-sdk/client-sagemaker'
import { createOnce, ifThere, isCapacityFailure, tuningJobWait } from '@assay/cloud'
import type { TrainOutput } from '@assay/contracts'
import { type ApproachStageInput, later, PermanentError, type StageHandler } from '@assay/pipeline'
import { tuningJobRequest } from '@assay/recipes'
import {
  actualOf,
  attemptContext,
  type AttemptContext,
  curvesOf,
  describeTrials,
  noCapacity,
  readJobLog,
  rememberTrained,
  reuseOrBegin,
  type TrainingDeps,
  withinQuota,
} from '@assay/training'

const finish = async (
  deps: TrainingDeps,
  input: ApproachStageInput,
  attempt: AttemptContext,
  tuningJob: DescribeHyperParameterTuningJobCommandOutput,
): Promise<TrainOutput> => {
  const { experiment, approach } = input
  const { sagemaker, logs } = deps.clients
  const { recipe, name, instanceTypes } = attempt
  const best = tuningJob.BestTrainingJob?.TrainingJobName
  const { trials, jobs } = await describeTrials(sagemaker, name)
  if (best === undefined) {
    const refused = jobs.find(({ FailureReason }) => isCapacityFailure(FailureReason))?.FailureReason
    if (refused !== undefined && jobs.every(({ FailureReason }) => isCapacityFailure(FailureReason)))
      throw noCapacity(attempt, instanceTypes, refused)
    throw new PermanentError(
      'tuning_failed',
      tuningJob.FailureReason ?? `no trial of tuning job ${name} gave a value of its objective`,
    )
  }
  const chosen = trials.find((trial) => trial.name === best)
  if (chosen?.modelArtifact === undefined)
    throw new PermanentError('no_model', `the best trial ${best} ended without a model artifact`)
  const lines = await readJobLog(logs, best)
  const actual = actualOf(lines)
  const objective = approach.spec.tuning?.objective ?? (await recipe.objective(approach.spec))
  const endedAt =
    tuningJob.HyperParameterTuningEndTime?.getTime() ??
    Math.max(...jobs.map((job) => job.TrainingEndTime?.getTime() ?? 0))
  const output: TrainOutput = {
    jobName: name,
    kind: 'tuning',
    trials,
    best,
    objective: { ...objective, ...(chosen.objective === undefined ? {} : { value: chosen.objective }) },
    modelArtifact: chosen.modelArtifact,
    curves: curvesOf(lines, await recipe.metrics(approach.spec)),
    ...(actual ? { actual } : {}),
    wallSeconds: (endedAt - (tuningJob.CreationTime?.getTime() ?? endedAt)) / 1000,
    describes: await deps.bulk.putJson(experiment.id, `describes/${approach.id}.json`, {
      tuningJob,
      trainingJobs: jobs,
    }),
  }
  // A stopped search kept the best so far, which is not what was asked for.
  if (tuningJob.HyperParameterTuningJobStatus === 'Completed') await rememberTrained(deps.ledger, input, output)
  return output
}

const progressOf = ({
  TrainingJobStatusCounters: counters,
  HyperParameterTuningJobStatus: status,
}: DescribeHyperParameterTuningJobCommandOutput) => {
  const { Completed = 0, InProgress = 0, Stopped = 0, NonRetryableError = 0 } = counters ?? {}
  return { done: Completed + Stopped + NonRetryableError, text: `${status}, ${InProgress} running` }
}

/** Starts the approach's tuning job unless it is there, and looks at it until it has ended. A stopped one keeps the best so far. */
export const createTune =
  (deps: TrainingDeps): StageHandler<'tune'> =>
  async (input, { log }) => {
    const { clients, timing } = deps
    const attempt = attemptContext(input, deps)
    const { tuning } = input.approach.spec
    if (!tuning) throw new PermanentError('not_tuned', `approach ${input.approach.id} has no tuning settings`)
    const describe = () =>
      clients.sagemaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: attempt.name }))
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
            const request = tuningJobRequest(
              await attempt.request(),
              tuning,
              objective,
              tuning.seed ?? input.experiment.spec.seed,
            )
            await clients.sagemakerOnce.send(new CreateHyperParameterTuningJobCommand(request))
            log.info({ job: attempt.name }, 'tuning job created')
          },
        }),
      undo: () =>
        clients.sagemaker.send(new StopHyperParameterTuningJobCommand({ HyperParameterTuningJobName: attempt.name })),
    })
    switch (job.HyperParameterTuningJobStatus) {
      case 'Completed':
      case 'Stopped':
      case 'Failed':
        return finish(deps, input, attempt, job)
      default: {
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
