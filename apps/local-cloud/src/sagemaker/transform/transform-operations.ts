import type { CreateTransformJobRequest } from '@aws-sdk/client-sagemaker'
import { type Fields, textOf, type Wire } from '../../wire.ts'
import { createLister } from '../listing.ts'
import type { TransformService } from './transform-service.ts'

const nameIn = (input: Fields) => textOf(input, 'TransformJobName')

export const createTransformOperations = (transform: TransformService) => {
  const list = createLister(
    transform.table,
    (job) => ({
      name: job.TransformJobName,
      createdAt: job.CreationTime,
      modifiedAt: job.TransformEndTime ?? job.TransformStartTime ?? job.CreationTime,
      status: job.TransformJobStatus,
    }),
    { SortOrder: 'Descending' },
  )
  return {
    CreateTransformJob: async (input: Fields) => ({
      TransformJobArn: await transform.create(input as unknown as Wire<CreateTransformJobRequest>),
    }),
    DescribeTransformJob: (input: Fields) => transform.get(nameIn(input)),
    StopTransformJob: (input: Fields) => {
      transform.stop(nameIn(input))
      return {}
    },
    ListTransformJobs: (input: Fields) => {
      const { items, NextToken } = list(input)
      return {
        TransformJobSummaries: items.map((job) => ({
          TransformJobName: job.TransformJobName,
          TransformJobArn: job.TransformJobArn,
          CreationTime: job.CreationTime,
          TransformEndTime: job.TransformEndTime,
          LastModifiedTime: job.TransformEndTime ?? job.TransformStartTime ?? job.CreationTime,
          TransformJobStatus: job.TransformJobStatus,
          FailureReason: job.FailureReason,
        })),
        NextToken,
      }
    },
  }
}
