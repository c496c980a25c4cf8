import type { SageMakerClient } from '@aws-sdk/client-sagemaker'
import { experimentPrefix, tagNames } from '@assay/cloud'
import type { FinishOutput } from '@assay/contracts'
import { type CloudResource, listHosting, listOpenJobs, readTags } from './list-resources.ts'

/** The cloud's clock may lag ours. */
const CLOCK_SKEW_MS = 10 * 60_000

/**
 * What the cloud itself still lists of an experiment: endpoints, configurations and models by name or by tag, jobs that have not ended by name. Jobs
 * are not looked for by tag: that would list every job that others made since.
 */
export const listRemaining = async (
  client: SageMakerClient,
  experimentId: string,
  since: Date,
): Promise<FinishOutput['cleanup']['remaining']> => {
  const prefix = experimentPrefix(experimentId)
  const hosting = await listHosting(client, { CreationTimeAfter: new Date(since.getTime() - CLOCK_SKEW_MS) })
  const jobs = await listOpenJobs(client, { NameContains: prefix })
  const isOurs = async ({ name, arn }: CloudResource) =>
    name.startsWith(prefix) || (await readTags(client, arn)).get(tagNames.experiment) === experimentId
  const remaining: FinishOutput['cleanup']['remaining'] = []
  for (const resource of [...jobs, ...hosting]) {
    const { kind, name, status } = resource
    if (await isOurs(resource)) remaining.push({ kind, name, ...(status === undefined ? {} : { status }) })
  }
  return remaining
}
