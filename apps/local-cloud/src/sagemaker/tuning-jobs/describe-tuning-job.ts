import { asLoss, type TrialSummary, type TuningJob, type TuningRecord } from './tuning-record.ts'

/** The trial with the best objective; of equals the first. */
const bestOf = (trials: TrialSummary[]): TrialSummary | undefined => {
  let best: { trial: TrialSummary; loss: number } | undefined
  for (const trial of trials) {
    const metric = trial.FinalHyperParameterTuningJobObjectiveMetric
    if (!metric) continue
    const loss = asLoss({ Type: metric.Type === 'Minimize' ? 'Minimize' : 'Maximize', MetricName: '' }, metric.Value)
    if (!best || loss < best.loss) best = { trial, loss }
  }
  return best?.trial
}

/** The job with its counters, best trial and consumed time as of now. */
export const describeTuningJob = (
  record: TuningRecord,
  trials: TrialSummary[],
  notImproving: number,
  nowSeconds: number,
): TuningJob => {
  const { job, parentBest } = record
  const count = (...statuses: string[]) =>
    trials.filter(({ TrainingJobStatus }) => statuses.includes(TrainingJobStatus)).length
  const objectives = (status: string) => trials.filter(({ ObjectiveStatus }) => ObjectiveStatus === status).length
  const failed = trials.filter(({ TrainingJobStatus }) => TrainingJobStatus === 'Failed')
  const retryable = failed.filter(({ FailureReason }) => FailureReason?.startsWith('InternalServerError')).length
  const best = bestOf(trials)
  return {
    ...job,
    TrainingJobStatusCounters: {
      Completed: count('Completed'),
      InProgress: count('InProgress', 'Stopping'),
      RetryableError: retryable,
      NonRetryableError: failed.length - retryable,
      Stopped: count('Stopped'),
    },
    ObjectiveStatusCounters: {
      Succeeded: objectives('Succeeded'),
      Pending: objectives('Pending'),
      Failed: objectives('Failed'),
    },
    BestTrainingJob: best,
    // Other data or another algorithm make values that cannot be compared.
    OverallBestTrainingJob:
      job.WarmStartConfig?.WarmStartType === 'IdenticalDataAndAlgorithm'
        ? bestOf([...(parentBest ? [parentBest] : []), ...(best ? [best] : [])])
        : undefined,
    TuningJobCompletionDetails: {
      NumberOfTrainingJobsObjectiveNotImproving: notImproving,
      ConvergenceDetectedTime: record.convergedAt,
    },
    ConsumedResources: {
      RuntimeInSeconds: Math.floor((job.HyperParameterTuningEndTime ?? nowSeconds) - job.CreationTime),
    },
  }
}
