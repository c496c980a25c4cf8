import type { SageMakerClient } from '@aws-sdk/client-sagemaker'
import { type CloudClients, resourceName, resourceTags } from '@assay/cloud'
import type { ApproachSpec, Intent } from '@assay/contracts'
import type { BulkStore, Ledger } from '@assay/ledger'
import { type ApproachStageInput, PermanentError, type Timing } from '@assay/pipeline'
import type { HostingContext, PlannedRepack, Recipes } from '@assay/recipes'

export interface DeployDeps {
  clients: Pick<CloudClients, 'sagemaker' | 'sagemakerOnce' | 's3'>
  ledger: Pick<Ledger, 'recordIntent' | 'isStopped'>
  bulk: BulkStore
  bucket: string
  recipes: Recipes
  timing: Timing
  /** Makes the model.tar.gz that a hosting plan asks for, unless it is there. */
  repack: (plan: PlannedRepack) => Promise<void>
  roleArn: string
}

/** What all resources of an attempt that answers images have in common. */
export interface Deployment {
  experimentId: string
  spec: ApproachSpec
  name: string
  named: HostingContext
  modelArtifact: string
  has: (kind: Intent['kind']) => boolean
  /** Guards of createOnce for one resource. */
  guards: (kind: Intent['kind']) => {
    sagemaker: SageMakerClient
    name: string
    specSha256: string
    recordIntent: () => Promise<unknown>
    isStopped: () => Promise<boolean>
  }
}

/** Throws where the approach has no trained model. */
export const deploymentOf = (
  { experiment, approach }: ApproachStageInput,
  { clients: { sagemaker }, ledger }: DeployDeps,
): Deployment => {
  const { id: experimentId, installation, specSha256 } = experiment
  const { id: approachId, attempt, spec, train, intents } = approach
  const modelArtifact = train?.output?.modelArtifact
  if (modelArtifact === undefined) throw new PermanentError('no_model', `approach ${approachId} has no model to deploy`)
  const name = resourceName(experimentId, approach.index, attempt)
  const has = (kind: Intent['kind']) => intents.some((intent) => intent.kind === kind)
  return {
    experimentId,
    spec,
    name,
    named: { name, tags: resourceTags({ installation, experimentId, approachId, attempt, specSha256 }) },
    modelArtifact,
    has,
    guards: (kind) => ({
      sagemaker,
      name,
      specSha256,
      recordIntent: async () => has(kind) || ledger.recordIntent(experimentId, approachId, attempt, { kind, name }),
      isStopped: () => ledger.isStopped(experimentId, approachId, attempt),
    }),
  }
}
