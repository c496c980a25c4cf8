import {
  DescribeHyperParameterTuningJobCommand,
  paginateListTrainingJobsForHyperParameterTuningJob,
  type HyperParameterTrainingJobSummary,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker'
import { isNotFound } from '@assay/cloud'
import type { LiveTrial } from '@assay/contracts'
import type { ApiContext } from '../context.ts'

/** However many people watch, the cloud is asked no more often about one tuning job. */
const KEPT_MS = 5_000

const liveTrial = (summary: HyperParameterTrainingJobSummary, best: string | undefined): LiveTrial => {
  const { FinalHyperParameterTuningJobObjectiveMetric: objective, TrainingStartTime, TrainingEndTime } = summary
  const name = summary.TrainingJobName ?? ''
  return {
    name,
    status: summary.TrainingJobStatus ?? 'InProgress',
    hyperparameters: { ...summary.TunedHyperParameters },
    ...(objective?.Value === undefined ? {} : { objective: objective.Value }),
    best: name === best,
    ...(TrainingStartTime ? { startedAt: TrainingStartTime.toISOString() } : {}),
    ...(TrainingEndTime ? { endedAt: TrainingEndTime.toISOString() } : {}),
    ...(summary.FailureReason ? { failureReason: summary.FailureReason } : {}),
  }
}

const read = async (client: SageMakerClient, name: string): Promise<LiveTrial[]> => {
  try {
    const { BestTrainingJob } = await client.send(
      new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name }),
    )
    const trials: LiveTrial[] = []
    const pages = paginateListTrainingJobsForHyperParameterTuningJob(
      { client, pageSize: 100 },
      { HyperParameterTuningJobName: name, SortBy: 'CreationTime', SortOrder: 'Ascending' },
    )
    for await (const { TrainingJobSummaries = [] } of pages)
      for (const summary of TrainingJobSummaries) trials.push(liveTrial(summary, BestTrainingJob?.TrainingJobName))
    return trials
  } catch (error) {
    if (isNotFound(error)) return []
    throw error
  }
}

/** Reads a tuning job's trials while somebody looks; nobody looking costs no call. */
export const createLiveTrials = ({ sagemaker }: { sagemaker: SageMakerClient }): ApiContext['liveTrials'] => {
  const kept = new Map<string, { atMs: number; trials: Promise<LiveTrial[]> }>()
  return (name) => {
    const now = performance.now()
    for (const [known, { atMs }] of kept) if (now - atMs > KEPT_MS) kept.delete(known)
    const trials = kept.get(name)?.trials ?? read(sagemaker, name)
    if (!kept.has(name)) kept.set(name, { atMs: now, trials })
    trials.catch(() => kept.delete(name))
    return trials
  }
}
