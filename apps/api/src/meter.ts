import {
  DescribeTrainingJobCommand,
  paginateListTrainingJobsForHyperParameterTuningJob,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker'
import { isNotFound } from '@assay/cloud'
import type { ApproachRecord, ExperimentRecord } from '@assay/pipeline'
import { attemptKey, type BilledTrial, billOf, projectedMicroUsd } from '@assay/pricing'
import { recipeOf, type Recipes } from '@assay/recipes'
import { trialOf } from '@assay/training'
import type { ApiContext } from './context.ts'

export interface MeterDeps {
  sagemaker: SageMakerClient
  recipes: Recipes
  region: string
  /** How long what the cloud said of running jobs is used again. */
  keepMs: number
  now?: () => Date
}

const secondsSince = (start: Date | undefined, end: Date) =>
  start ? Math.max(0, end.getTime() - start.getTime()) / 1000 : 0

/** Money while it is spent: jobs and endpoints that run count by their seconds so far, everything else as the bill will have it. */
export const createMeter = ({
  sagemaker,
  recipes,
  region,
  keepMs,
  now = () => new Date(),
}: MeterDeps): ApiContext['meter'] => {
  const kept = new Map<string, { atMs: number; trials: Promise<ReadonlyMap<string, readonly BilledTrial[]>> }>()

  const ofTraining = async (name: string, at: Date): Promise<BilledTrial[]> => {
    const job = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }))
    const trial = trialOf(job)
    const { billableSeconds = secondsSince(job.TrainingStartTime, job.TrainingEndTime ?? at) } = trial
    return [{ ...trial, billableSeconds }]
  }
  /** One listing for all trials: the type is the one that is preferred, until each trial's own description is in the ledger. */
  const ofTuning = async (
    name: string,
    { spec, firstInstanceType }: ApproachRecord,
    at: Date,
  ): Promise<BilledTrial[]> => {
    const { defaultInstanceTypes } = recipeOf(recipes, spec)
    const instanceType = firstInstanceType ?? (spec.instanceTypes ?? defaultInstanceTypes)[0] ?? 'unknown'
    const trials: BilledTrial[] = []
    const pages = paginateListTrainingJobsForHyperParameterTuningJob(
      { client: sagemaker, pageSize: 100 },
      { HyperParameterTuningJobName: name },
    )
    for await (const { TrainingJobSummaries = [] } of pages)
      for (const { TrainingJobName = '', TrainingStartTime, TrainingEndTime } of TrainingJobSummaries) {
        const billableSeconds = secondsSince(TrainingStartTime, TrainingEndTime ?? at)
        trials.push({ name: TrainingJobName, instanceType, instanceCount: 1, billableSeconds })
      }
    return trials
  }
  const runningTrials = async (attempt: ApproachRecord, at: Date): Promise<BilledTrial[]> => {
    const job = attempt.intents.find(({ kind }) => kind === 'training-job' || kind === 'tuning-job')
    if (!job) return []
    try {
      return await (job.kind === 'tuning-job' ? ofTuning(job.name, attempt, at) : ofTraining(job.name, at))
    } catch (error) {
      if (isNotFound(error)) return []
      throw error
    }
  }
  const readRunning = async (experiment: ExperimentRecord, at: Date) => {
    const open = [...experiment.earlierAttempts, ...experiment.approaches].filter(
      ({ train, teardown }) => !train && !teardown,
    )
    const found = await Promise.all(
      open.map(async (attempt) => [attemptKey(attempt), await runningTrials(attempt, at)] as const),
    )
    return new Map(found)
  }
  const runningOf = (experiment: ExperimentRecord, at: Date) => {
    const known = kept.get(experiment.id)
    if (known && at.getTime() - known.atMs < keepMs) return known.trials
    for (const [id, { atMs }] of kept) if (at.getTime() - atMs >= keepMs) kept.delete(id)
    const trials = readRunning(experiment, at)
    kept.set(experiment.id, { atMs: at.getTime(), trials })
    trials.catch(() => kept.delete(experiment.id))
    return trials
  }

  return async (experiment) => {
    const { finish, spec } = experiment
    const at = now()
    const bill =
      finish?.output?.bill ??
      billOf(experiment, region, { nowMs: at.getTime(), trials: await runningOf(experiment, at) })
    return {
      at: finish?.endedAt ?? at.toISOString(),
      microUsd: bill.microUsd,
      projectedMicroUsd: projectedMicroUsd(experiment, bill),
      budgetMicroUsd: spec.budget ? Math.round(spec.budget.maxUsd * 1e6) : null,
      approaches: bill.approaches,
    }
  }
}
