import type { SageMakerClient } from '@aws-sdk/client-sagemaker'
import { experimentPrefix, tagNames } from '@assay/cloud'
import type { FinishOutput } from '@assay/contracts'
import { listResources, readTags } from './list-resources.ts'

/** The cloud's clock may lag ours. */
const CLOCK_SKEW_MS = 10 * 60_000

/** What the cloud itself still lists of an experiment, by name or by tag: endpoints, configurations, models and jobs that have not ended. */
export const listRemaining = async (
  client: SageMakerClient,
  experimentId: string,
  since: Date,
): Promise<FinishOutput['cleanup']['remaining']> => {
  const remaining: FinishOutput['cleanup']['remaining'] = []
  const listed = await listResources(client, { CreationTimeAfter: new Date(since.getTime() - CLOCK_SKEW_MS) })
  for (const { arn, kind, name, status } of listed) {
    const ours =
      name.startsWith(experimentPrefix(experimentId)) ||
      (await readTags(client, arn)).get(tagNames.experiment) === experimentId
    if (ours) remaining.push({ kind, name, ...(status === undefined ? {} : { status }) })
  }
  return remaining
}
