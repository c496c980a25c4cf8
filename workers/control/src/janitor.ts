import type { SageMakerClient } from '@aws-sdk/client-sagemaker'
import { parseResourceName, tagNames } from '@assay/cloud'
import type { ExperimentRecord, Log } from '@assay/pipeline'
import { type CloudResource, listResources, readTags, removeResource } from './list-resources.ts'

export interface JanitorDeps {
  sagemaker: SageMakerClient
  installation: string
  loadExperiment: (experimentId: string) => Promise<ExperimentRecord | undefined>
  log: Log
}

/** Nothing may exist under the name any more: its attempt is closed or the experiment is over. */
const isOrphan = (experiment: ExperimentRecord, index: number, attempt: number): boolean => {
  const record = [...experiment.approaches, ...experiment.earlierAttempts].find(
    (one) => one.index === index && one.attempt === attempt,
  )
  return experiment.finish !== undefined || record?.teardown !== undefined || record === undefined
}

/**
 * Resources that no living attempt owns: a frozen process may create one after its attempt was torn down. Only what carries our
 * name, our installation's tag and a name whose attempt is over counts; everything else is somebody else's.
 */
const findOrphans = async ({
  sagemaker,
  installation,
  loadExperiment,
}: Omit<JanitorDeps, 'log'>): Promise<CloudResource[]> => {
  const orphans: CloudResource[] = []
  for (const resource of await listResources(sagemaker, { NameContains: 'assay-' })) {
    const owner = parseResourceName(resource.name)
    if (!owner) continue
    const tags = await readTags(sagemaker, resource.arn)
    if (tags.get(tagNames.installation) !== installation || tags.get(tagNames.experiment) !== owner.experimentId)
      continue
    const experiment = await loadExperiment(owner.experimentId)
    if (experiment && isOrphan(experiment, owner.approachIndex, owner.attempt)) orphans.push(resource)
  }
  return orphans
}

/** One pass: finds the orphans and removes them. What cannot be removed now, such as an endpoint that is still being made, is met again by the next pass. */
export const sweepOrphans = async (deps: JanitorDeps): Promise<CloudResource[]> => {
  const orphans = await findOrphans(deps)
  for (const orphan of orphans) {
    const { kind, name } = orphan
    deps.log.warn({ kind, name }, 'orphan removed')
    await removeResource(deps.sagemaker, orphan).catch((error: unknown) =>
      deps.log.warn({ err: error, kind, name }, 'orphan not removed yet'),
    )
  }
  return orphans
}
