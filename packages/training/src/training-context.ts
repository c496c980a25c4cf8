import type { SageMakerClient } from '@aws-sdk/client-sagemaker'
import { type CloudClients, resourceName } from '@assay/cloud'
import { layoutOf, type TrainingFields } from '@assay/contracts'
import type { BulkStore, Ledger } from '@assay/ledger'
import { type ApproachStageInput, PermanentError, type Timing } from '@assay/pipeline'
import { type Recipe, recipeOf, type Recipes, type RequestContext } from '@assay/recipes'
import { attemptRequest } from './attempt-request.ts'
import { type AttemptTypes, attemptTypes } from './attempt-types.ts'

export interface TrainingDeps {
  clients: Pick<CloudClients, 'sagemaker' | 'sagemakerOnce' | 'logs'>
  ledger: Pick<Ledger, 'recordIntent' | 'isStopped' | 'recordTrained' | 'trainedWith' | 'recentlyTrained'>
  bulk: BulkStore
  recipes: Recipes
  timing: Timing
  bucket: string
  roleArn: string
}

/** One attempt's name and recipe. */
export interface AttemptContext extends AttemptTypes {
  name: string
  recipe: Recipe
  jobKind: 'training-job' | 'tuning-job'
  /** Guards of createOnce for the attempt's job; `fields` are kept with its intent. */
  guards: (fields: TrainingFields | undefined) => {
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
  { clients, ledger, bulk, recipes, bucket, roleArn }: TrainingDeps,
): AttemptContext => {
  const { id: experimentId, specSha256 } = experiment
  const { id: approachId, attempt, spec, intents } = approach
  const recipe = recipeOf(recipes, spec)
  const kind = spec.tuning ? 'tuning-job' : 'training-job'
  const name = resourceName(experimentId, approach.index, attempt)
  return {
    name,
    recipe,
    ...attemptTypes(recipe, approach),
    jobKind: kind,
    guards: (fields) => ({
      sagemaker: clients.sagemaker,
      name,
      specSha256,
      recordIntent: async () =>
        intents.some((intent) => intent.kind === kind) ||
        ledger.recordIntent(experimentId, approachId, attempt, { kind, name, ...(fields ? { fields } : {}) }),
      isStopped: () => ledger.isStopped(experimentId, approachId, attempt),
    }),
    request: async () => {
      const layout = layoutOf(spec)
      const prepared = experiment.prepare.get(layout)?.output
      if (!prepared) throw new PermanentError('not_prepared', `the ${layout} channels were not prepared`)
      const request = await attemptRequest({ experiment, approach, prepared }, { recipes, bucket, roleArn })
      for (const { name: path, bytes, contentType } of request.plan.uploads)
        await bulk.put(experimentId, path, bytes, contentType)
      return request
    },
  }
}
