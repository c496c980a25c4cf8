import {
  DescribeTrainingJobCommand,
  type DescribeHyperParameterTuningJobCommandOutput,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker'
import { isCloudFailure } from '@assay/cloud'
import type { TrainOutput, Trial } from '@assay/contracts'
import { type ApproachStageInput, PermanentError } from '@assay/pipeline'
import {
  actualOf,
  type AttemptContext,
  curvesOf,
  describeTrials,
  gotNoInstance,
  noCapacity,
  readJobLog,
  rememberTrained,
  type TrainingDeps,
  trialOf,
} from '@assay/training'

type TuningJob = DescribeHyperParameterTuningJobCommandOutput

/** The best trial of an earlier tuning job, where a warm start on the same task found none better. */
const inheritedBest = async (sagemaker: SageMakerClient, tuningJob: TuningJob): Promise<Trial | undefined> => {
  const { BestTrainingJob: own, OverallBestTrainingJob: overall } = tuningJob
  if (tuningJob.WarmStartConfig?.WarmStartType !== 'IdenticalDataAndAlgorithm') return undefined
  if (overall?.TrainingJobName === undefined || overall.TrainingJobName === own?.TrainingJobName) return undefined
  const job = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: overall.TrainingJobName }))
  return trialOf(job, overall.FinalHyperParameterTuningJobObjectiveMetric?.Value)
}

/** The trial that the cloud calls best, else the best of those that left a model: one that was stopped early may have none. */
const bestWithModel = (trials: readonly Trial[], named: string | undefined, maximize: boolean): Trial | undefined => {
  const usable = trials.filter(({ modelArtifact, objective }) => modelArtifact !== undefined && objective !== undefined)
  const better = (a: Trial, b: Trial) => ((a.objective ?? 0) - (b.objective ?? 0)) * (maximize ? -1 : 1)
  return usable.find(({ name }) => name === named) ?? usable.toSorted(better)[0]
}

const failed = (attempt: AttemptContext, tuningJob: TuningJob, trials: readonly Trial[]): Error => {
  const reasons = trials.flatMap(({ failureReason }) => (failureReason === undefined ? [] : [failureReason]))
  if (gotNoInstance(trials))
    return noCapacity(attempt, attempt.instanceTypes, reasons[0] ?? 'every trial waited in vain')
  // The tuning job's own reason only points at the trials'.
  const why = reasons[0] ?? tuningJob.FailureReason
  return new PermanentError(
    (reasons.length > 0 ? reasons : [tuningJob.FailureReason]).every(isCloudFailure) ? 'cloud_failed' : 'tuning_failed',
    `none of ${trials.length} trials of tuning job ${attempt.name} ended with a value of its objective and a model${why === undefined ? '' : `: ${why}`}`,
  )
}

/** What a tuning job that has ended amounts to: all its trials, for the bill, and the one whose model is used. */
export const finishTuning = async (
  deps: TrainingDeps,
  input: ApproachStageInput,
  attempt: AttemptContext,
  tuningJob: TuningJob,
): Promise<TrainOutput> => {
  const { experiment, approach } = input
  const { sagemaker, logs } = deps.clients
  const { recipe, name } = attempt
  const objective = approach.spec.tuning?.objective ?? (await recipe.objective(approach.spec))
  const { trials, jobs } = await describeTrials(sagemaker, name)
  const inherited = await inheritedBest(sagemaker, tuningJob)
  const best =
    inherited ?? bestWithModel(trials, tuningJob.BestTrainingJob?.TrainingJobName, objective.direction === 'maximize')
  if (best?.modelArtifact === undefined) throw failed(attempt, tuningJob, trials)
  const lines = await readJobLog(logs, best.name)
  const actual = actualOf(lines)
  const endedAt =
    tuningJob.HyperParameterTuningEndTime?.getTime() ??
    Math.max(...jobs.map((job) => job.TrainingEndTime?.getTime() ?? 0))
  const output: TrainOutput = {
    jobName: name,
    kind: 'tuning',
    trials,
    best: best.name,
    ...(inherited ? { inherited } : {}),
    objective: { ...objective, ...(best.objective === undefined ? {} : { value: best.objective }) },
    modelArtifact: best.modelArtifact,
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
