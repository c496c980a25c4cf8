import type { DescribeTrainingJobCommandOutput } from '@aws-sdk/client-sagemaker'
import { InstancesRefused } from '@assay/pipeline'
import type { AttemptContext } from './training-context.ts'

/** The types that a job could have run on, in order. */
const typesAsked = ({ ResourceConfig }: DescribeTrainingJobCommandOutput): string[] =>
  ResourceConfig?.InstancePreferences?.map(({ InstanceType = '' }) => InstanceType) ?? [
    ResourceConfig?.InstanceType ?? 'unknown',
  ]

/** The end of an attempt whose job got no instance: what was asked for, what the cloud said, and what the next attempt begins with. */
export const noCapacity = (
  attempt: Pick<AttemptContext, 'name' | 'typeAfter'>,
  types: readonly string[],
  failureReason: string,
): InstancesRefused => {
  const next = attempt.typeAfter(types.at(-1) ?? '')
  const then = next === undefined ? 'no other type was asked for' : `the next attempt begins with ${next}`
  return new InstancesRefused(
    'no_capacity',
    `${attempt.name} got no instance of ${types.join(' or ')}; ${then}: ${failureReason}`,
    next,
  )
}

/** The same for a single training job, which says itself what it asked for. */
export const trainingWithoutCapacity = (
  attempt: Pick<AttemptContext, 'name' | 'typeAfter'>,
  job: DescribeTrainingJobCommandOutput,
): InstancesRefused =>
  noCapacity(attempt, typesAsked(job), job.FailureReason ?? job.SecondaryStatus ?? 'no reason given')
