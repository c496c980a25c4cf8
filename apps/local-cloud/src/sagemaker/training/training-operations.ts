import { type Fields, textOf } from '../../wire.ts'
import type { Listed } from '../list-filter.ts'
import { createLister } from '../listing.ts'
import type { TrainingRecord } from './training-record.ts'
import type { CreateTrainingJobInput, TrainingService } from './training-service.ts'

const nameIn = (input: Fields) => textOf(input, 'TrainingJobName')

const listed = ({ job }: TrainingRecord): Listed => ({
  name: job.TrainingJobName,
  createdAt: job.CreationTime,
  modifiedAt: job.LastModifiedTime ?? job.CreationTime,
  status: job.TrainingJobStatus,
})

const summarize = ({ job }: TrainingRecord) => ({
  TrainingJobName: job.TrainingJobName,
  TrainingJobArn: job.TrainingJobArn,
  CreationTime: job.CreationTime,
  TrainingEndTime: job.TrainingEndTime,
  LastModifiedTime: job.LastModifiedTime,
  TrainingJobStatus: job.TrainingJobStatus,
  SecondaryStatus: job.SecondaryStatus,
  WarmPoolStatus: job.WarmPoolStatus,
})

/** The filters of training jobs alone. As StatusEquals, they make a page shorter. */
const createPageFilter =
  ({ WarmPoolStatusEquals: warm, TrainingPlanArnEquals: plan }: Fields) =>
  ({ job }: TrainingRecord): boolean =>
    (warm === undefined || job.WarmPoolStatus?.Status === warm) &&
    (plan === undefined || job.ResourceConfig?.TrainingPlanArn === plan)

export const createTrainingOperations = (training: TrainingService) => {
  const list = createLister(training.table, listed)
  return {
    CreateTrainingJob: async (input: Fields) => ({
      TrainingJobArn: await training.create(input as unknown as CreateTrainingJobInput),
    }),
    DescribeTrainingJob: (input: Fields) => training.get(nameIn(input)).job,
    StopTrainingJob: (input: Fields) => {
      training.stop(nameIn(input))
      return {}
    },
    DeleteTrainingJob: (input: Fields) => {
      training.delete(nameIn(input))
      return {}
    },
    ListTrainingJobs: (input: Fields) => {
      const { items, NextToken } = list(input)
      return { TrainingJobSummaries: items.filter(createPageFilter(input)).map(summarize), NextToken }
    },
  }
}
