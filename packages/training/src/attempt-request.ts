import { resourceName, resourceTags } from '@assay/cloud'
import type { PreparedChannels } from '@assay/contracts'
import type { ApproachRecord, ExperimentRecord } from '@assay/pipeline'
import { recipeOf, type Recipes, type RequestContext } from '@assay/recipes'
import { attemptTypes } from './attempt-types.ts'

export interface AttemptRequestDeps {
  recipes: Recipes
  bucket: string
  roleArn: string
}

/** What the Create request of an attempt's training or tuning job is made of. Asks the cloud for nothing but what the recipe reads. */
export const attemptRequest = async (
  {
    experiment,
    approach,
    prepared,
  }: {
    experiment: Pick<ExperimentRecord, 'id' | 'installation' | 'specSha256' | 'spec' | 'dataset'>
    approach: Pick<ApproachRecord, 'id' | 'index' | 'attempt' | 'spec' | 'firstInstanceType'>
    prepared: PreparedChannels
  },
  { recipes, bucket, roleArn }: AttemptRequestDeps,
): Promise<RequestContext> => {
  const { id: experimentId, installation, specSha256 } = experiment
  const { id: approachId, attempt, spec } = approach
  const recipe = recipeOf(recipes, spec)
  const { instanceTypes } = attemptTypes(recipe, approach)
  const [instanceType = ''] = instanceTypes
  const categories = experiment.dataset.check.classes.map(({ categoryId, name }) => ({ id: categoryId, name }))
  const plan = await recipe.train(spec, {
    experimentId,
    prepared,
    categories,
    seed: experiment.spec.seed,
    instanceType,
  })
  return {
    name: resourceName(experimentId, approach.index, attempt),
    roleArn,
    outputUri: `s3://${bucket}/data/${experimentId}/jobs/`,
    instanceTypes,
    tags: resourceTags({ installation, experimentId, approachId, attempt, specSha256 }),
    spec,
    plan,
    ...(recipe.afterInterruption(spec) === 'resumes'
      ? { checkpointUri: `s3://${bucket}/data/${experimentId}/checkpoints/${approachId}/${attempt}/` }
      : {}),
  }
}
