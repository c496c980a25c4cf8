import type { SageMakerClient, Tag } from '@aws-sdk/client-sagemaker'
import { type CloudClients, resourceName, resourceTags } from '@assay/cloud'
import { layoutOfRecipe } from '@assay/contracts'
import type { BulkStore, Ledger } from '@assay/ledger'
import { type ApproachStageInput, PermanentError, type Timing } from '@assay/pipeline'
import { type Recipe, recipeOf, type Recipes, type RequestContext } from '@assay/recipes'

export interface TrainingDeps {
  clients: Pick<CloudClients, 'sagemaker' | 'sagemakerOnce' | 'logs'>
  ledger: Pick<Ledger, 'recordIntent' | 'isStopped'>
  bulk: BulkStore
  recipes: Recipes
  timing: Timing
  bucket: string
  roleArn: string
}

/** One attempt's names, tags and recipe. */
export interface AttemptContext {
  name: string
  tags: Tag[]
  recipe: Recipe
  instanceTypes: readonly string[]
  /** Guards of createOnce for one resource of the attempt. */
  guards: (kind: 'training-job' | 'tuning-job') => {
    sagemaker: SageMakerClient
    name: string
    specSha256: string
    recordIntent: () => Promise<unknown>
    isStopped: () => Promise<boolean>
  }
  /** Body parts of the Create request; only made when there is something to create. */
  request: () => Promise<RequestContext>
}

export const attemptContext = (
  { experiment, approach }: ApproachStageInput,
  { clients, ledger, recipes, bucket, roleArn }: TrainingDeps,
): AttemptContext => {
  const { id: experimentId, installation, specSha256 } = experiment
  const { id: approachId, attempt, spec, intents } = approach
  const recipe = recipeOf(recipes, spec)
  const name = resourceName(experimentId, approach.index, attempt)
  const tags = resourceTags({ installation, experimentId, approachId, attempt, specSha256 })
  const instanceTypes = spec.instanceTypes ?? recipe.defaultInstanceTypes
  const [instanceType = ''] = instanceTypes
  return {
    name,
    tags,
    recipe,
    instanceTypes,
    guards: (kind) => ({
      sagemaker: clients.sagemaker,
      name,
      specSha256,
      recordIntent: async () =>
        intents.some((intent) => intent.kind === kind) ||
        ledger.recordIntent(experimentId, approachId, attempt, { kind, name }),
      isStopped: () => ledger.isStopped(experimentId, approachId, attempt),
    }),
    request: async () => {
      const prepared = experiment.prepare.get(layoutOfRecipe[spec.recipe])?.output
      if (!prepared)
        throw new PermanentError('not_prepared', `the ${layoutOfRecipe[spec.recipe]} channels were not prepared`)
      const categories = experiment.dataset.check.classes.map(({ categoryId, name }) => ({ id: categoryId, name }))
      const plan = await recipe.train(spec, {
        experimentId,
        prepared,
        categories,
        seed: experiment.spec.seed,
        instanceType,
      })
      return { name, roleArn, outputUri: `s3://${bucket}/data/${experimentId}/jobs/`, instanceTypes, tags, spec, plan }
    },
  }
}
