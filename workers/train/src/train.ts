import {
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  type DescribeTrainingJobCommandOutput,
  StopTrainingJobCommand,
} from '@aws-sdk/client-sagemaker'
import { createOnce, ifThere, isCloudFailure, trainingJobWait } from '@assay/cloud'
import type { TrainOutput } from '@assay/contracts'
import { type ApproachStageInput, later, PermanentError, type StageHandler } from '@assay/pipeline'
import { type RequestContext, trainingJobRequest } from '@assay/recipes'
import {
  actualOf,
  attemptContext,
  type AttemptContext,
  curvesOf,
  finalMetric,
  gotNoInstance,
  latestEpoch,
  readJobLog,
  rememberTrained,
  reuseOrBegin,
  type TrainingDeps,
  trainingWithoutCapacity,
  trialOf,
  withinQuota,
} from '@assay/training'

const finish = async (
  deps: TrainingDeps,
  input: ApproachStageInput,
  { recipe, name }: AttemptContext,
  job: DescribeTrainingJobCommandOutput,
): Promise<TrainOutput> => {
  const { experiment, approach } = input
  const lines = await readJobLog(deps.clients.logs, name)
  const objective = await recipe.objective(approach.spec)
  const value = finalMetric(job, objective.metric)
  const trial = trialOf(job, value)
  if (trial.modelArtifact === undefined)
    throw new PermanentError('no_model', `training job ${name} ended without a model artifact`)
  const actual = actualOf(lines)
  const output: TrainOutput = {
    jobName: name,
    kind: 'training',
    trials: [trial],
    best: name,
    objective: { ...objective, ...(value === undefined ? {} : { value }) },
    modelArtifact: trial.modelArtifact,
    curves: curvesOf(lines, await recipe.metrics(approach.spec)),
    ...(actual ? { actual } : {}),
    wallSeconds: ((job.TrainingEndTime?.getTime() ?? 0) - (job.CreationTime?.getTime() ?? 0)) / 1000,
    describes: await deps.bulk.putJson(experiment.id, `describes/${approach.id}.json`, { trainingJobs: [job] }),
  }
  await rememberTrained(deps.ledger, input, output)
  return output
}

/** An account or region that does not know ordered preferences yet says so by their name. */
const refusesPreferences = (error: unknown) =>
  error instanceof Error && error.name === 'ValidationException' && error.message.includes('InstancePreferences')

/** Where the cloud cannot choose among instance types, it is asked for the first; the others follow, an attempt each. */
const createJob = async ({ sagemakerOnce }: TrainingDeps['clients'], request: RequestContext): Promise<unknown> => {
  const { instanceTypes } = request
  const send = (types: readonly string[]) =>
    sagemakerOnce.send(new CreateTrainingJobCommand(trainingJobRequest({ ...request, instanceTypes: types })))
  try {
    return await send(instanceTypes)
  } catch (error) {
    if (instanceTypes.length < 2 || !refusesPreferences(error)) throw error
    return send(instanceTypes.slice(0, 1))
  }
}

/** Starts the approach's training job unless it is there, and looks at it until it has ended. */
export const createTrain =
  (deps: TrainingDeps): StageHandler<'train'> =>
  async (input, { log }) => {
    const { clients, timing } = deps
    const attempt = attemptContext(input, deps)
    const describe = () => clients.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: attempt.name }))
    const decided = await reuseOrBegin(deps, input, attempt)
    if (decided.kind === 'reused') {
      log.info({ from: decided.output.reusedFrom }, 'earlier training reused')
      return decided.output
    }
    const job = await createOnce({
      ...attempt.guards(decided.fields),
      describe,
      arnOf: ({ TrainingJobArn }) => TrainingJobArn,
      create: () =>
        withinQuota({
          approach: input.approach,
          attempt,
          exists: async () => (await ifThere(describe)) !== undefined,
          create: async () => {
            await createJob(clients, await attempt.request())
            log.info({ job: attempt.name }, 'training job created')
          },
        }),
      undo: () => clients.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: attempt.name })),
    })
    switch (job.TrainingJobStatus) {
      case 'Completed':
        return finish(deps, input, attempt, job)
      case 'Failed':
        if (gotNoInstance([trialOf(job)])) throw trainingWithoutCapacity(attempt, job)
        throw new PermanentError(
          isCloudFailure(job.FailureReason) ? 'cloud_failed' : 'training_failed',
          job.FailureReason ?? `training job ${attempt.name} failed without a reason`,
        )
      case 'Stopped':
        if (gotNoInstance([trialOf(job)])) throw trainingWithoutCapacity(attempt, job)
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
