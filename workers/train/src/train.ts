import {
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  type DescribeTrainingJobCommandOutput,
  StopTrainingJobCommand,
} from '@aws-sdk/client-sagemaker'
import { createOnce, trainingJobWait } from '@assay/cloud'
import type { TrainOutput } from '@assay/contracts'
import { type ApproachStageInput, later, PermanentError, type StageHandler } from '@assay/pipeline'
import { trainingJobRequest } from '@assay/recipes'
import {
  actualOf,
  attemptContext,
  type AttemptContext,
  curvesOf,
  finalMetric,
  latestEpoch,
  readJobLog,
  type TrainingDeps,
  trialOf,
} from '@assay/training'

const finish = async (
  deps: TrainingDeps,
  { experiment, approach }: ApproachStageInput,
  { recipe, name }: AttemptContext,
  job: DescribeTrainingJobCommandOutput,
): Promise<TrainOutput> => {
  const lines = await readJobLog(deps.clients.logs, name)
  const objective = await recipe.objective(approach.spec)
  const value = finalMetric(job, objective.metric)
  const trial = trialOf(job, value)
  if (trial.modelArtifact === undefined)
    throw new PermanentError('no_model', `training job ${name} ended without a model artifact`)
  const actual = actualOf(lines)
  return {
    jobName: name,
    kind: 'training',
    trials: [trial],
    best: name,
    objective: { ...objective, ...(value === undefined ? {} : { value }) },
    modelArtifact: trial.modelArtifact,
    curves: curvesOf(lines, recipe.curveMetrics),
    ...(actual ? { actual } : {}),
    wallSeconds: ((job.TrainingEndTime?.getTime() ?? 0) - (job.CreationTime?.getTime() ?? 0)) / 1000,
    describes: await deps.bulk.putJson(experiment.id, `describes/${approach.id}.json`, { trainingJobs: [job] }),
  }
}

/** Starts the approach's training job unless it is there, and looks at it until it has ended. */
export const createTrain =
  (deps: TrainingDeps): StageHandler<'train'> =>
  async (input, { log }) => {
    const { clients, timing } = deps
    const attempt = attemptContext(input, deps)
    const describe = () => clients.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: attempt.name }))
    const job = await createOnce({
      ...attempt.guards('training-job'),
      describe,
      arnOf: ({ TrainingJobArn }) => TrainingJobArn,
      create: async () => {
        await clients.sagemakerOnce.send(new CreateTrainingJobCommand(trainingJobRequest(await attempt.request())))
        log.info({ job: attempt.name }, 'training job created')
      },
      undo: () => clients.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: attempt.name })),
    })
    switch (job.TrainingJobStatus) {
      case 'Completed':
        return finish(deps, input, attempt, job)
      case 'Failed':
        throw new PermanentError(
          'training_failed',
          job.FailureReason ?? `training job ${attempt.name} failed without a reason`,
        )
      case 'Stopped':
        throw new PermanentError('training_stopped', `training job ${attempt.name} was stopped: ${job.SecondaryStatus}`)
      default: {
        const total = Number(input.approach.spec.hyperparameters['epochs'] ?? Number.NaN)
        const done = await latestEpoch(clients.logs, attempt.name).catch(() => undefined)
        const counted =
          done === undefined || !Number.isFinite(total) ? {} : { done: Math.min(done, total), total, unit: 'epochs' }
        return later({
          afterMs: timing.pollMs,
          reason: `training job ${attempt.name}: ${job.SecondaryStatus ?? job.TrainingJobStatus}`,
          cloud: trainingJobWait(job),
          ...counted,
        })
      }
    }
  }
