import { type Fields, textOf } from '../../wire.ts'
import { pageOf } from '../../server/page-of.ts'
import { createLister } from '../listing.ts'
import type { CreateTuningJobInput, TrialSummary } from './tuning-record.ts'
import type { TuningService } from './tuning-service.ts'

const nameIn = (input: Fields) => textOf(input, 'HyperParameterTuningJobName')

const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0)

const trialKeys: Record<string, (trial: TrialSummary) => string | number> = {
  Name: ({ TrainingJobName }) => TrainingJobName,
  CreationTime: ({ CreationTime }) => CreationTime,
  Status: ({ TrainingJobStatus }) => TrainingJobStatus,
  FinalObjectiveMetricValue: (trial) => trial.FinalHyperParameterTuningJobObjectiveMetric?.Value ?? Number.NaN,
}

const listTrials = (tuning: TuningService, input: Fields) => {
  const sortBy = textOf(input, 'SortBy', 'Name')
  const key = trialKeys[sortBy] ?? (({ TrainingJobName }: TrialSummary) => TrainingJobName)
  const direction = input['SortOrder'] === 'Descending' ? -1 : 1
  const trials = tuning
    .trials(nameIn(input))
    .filter(
      (trial) =>
        (sortBy !== 'FinalObjectiveMetricValue' || trial.FinalHyperParameterTuningJobObjectiveMetric !== undefined) &&
        (input['StatusEquals'] === undefined || trial.TrainingJobStatus === input['StatusEquals']),
    )
    .sort((a, b) => direction * compare(key(a), key(b)))
  const { items, NextToken } = pageOf(trials, input)
  return { TrainingJobSummaries: items, NextToken }
}

export const createTuningOperations = (tuning: TuningService) => {
  const list = createLister(
    tuning.table,
    ({ job }) => ({
      name: job.HyperParameterTuningJobName,
      createdAt: job.CreationTime,
      modifiedAt: job.LastModifiedTime ?? job.CreationTime,
      status: job.HyperParameterTuningJobStatus,
    }),
    { SortBy: 'Name' },
  )
  return {
    CreateHyperParameterTuningJob: async (input: Fields) => ({
      HyperParameterTuningJobArn: await tuning.create(input as unknown as CreateTuningJobInput),
    }),
    DescribeHyperParameterTuningJob: (input: Fields) => tuning.describe(nameIn(input)),
    StopHyperParameterTuningJob: (input: Fields) => {
      tuning.stop(nameIn(input))
      return {}
    },
    DeleteHyperParameterTuningJob: (input: Fields) => {
      tuning.delete(nameIn(input))
      return {}
    },
    ListHyperParameterTuningJobs: (input: Fields) => {
      const { items, NextToken } = list(input)
      return {
        HyperParameterTuningJobSummaries: items.map(({ job }) => {
          const full = tuning.describe(job.HyperParameterTuningJobName)
          return {
            HyperParameterTuningJobName: full.HyperParameterTuningJobName,
            HyperParameterTuningJobArn: full.HyperParameterTuningJobArn,
            HyperParameterTuningJobStatus: full.HyperParameterTuningJobStatus,
            Strategy: full.HyperParameterTuningJobConfig.Strategy,
            CreationTime: full.CreationTime,
            HyperParameterTuningEndTime: full.HyperParameterTuningEndTime,
            LastModifiedTime: full.LastModifiedTime,
            TrainingJobStatusCounters: full.TrainingJobStatusCounters,
            ObjectiveStatusCounters: full.ObjectiveStatusCounters,
            ResourceLimits: full.HyperParameterTuningJobConfig.ResourceLimits,
          }
        }),
        NextToken,
      }
    },
    ListTrainingJobsForHyperParameterTuningJob: (input: Fields) => listTrials(tuning, input),
  }
}
