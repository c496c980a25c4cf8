import { layoutOf, type Intent, type PlannedRequest, type PreparedChannels } from '@assay/contracts'
import type { ExperimentRecord } from '@assay/pipeline'
import {
  endpointConfigRequest,
  endpointRequest,
  modelRequest,
  recipeOf,
  type Recipes,
  trainingJobRequest,
  tuningJobRequest,
} from '@assay/recipes'
import { attemptRequest, parentJobs } from '@assay/training'

export interface PlannedExperiment extends Pick<
  ExperimentRecord,
  'id' | 'installation' | 'specSha256' | 'spec' | 'dataset'
> {
  /** By layout of the approaches' recipes. */
  prepared: ReadonlyMap<PreparedChannels['layout'], PreparedChannels>
}

export interface PlannedAttempt {
  resources: Pick<Intent, 'kind' | 'name'>[]
  requests: PlannedRequest[]
  instanceTypes: readonly string[]
  /** As they would be sent, tuned ones included with their defaults. */
  hyperparameters: Readonly<Record<string, string>>
  trainImages: number
}

export interface PlannedRequestDeps {
  recipes: Recipes
  bucket: string
  roleArn: string
  /** Reads the experiments that a warm start learns from. */
  loadExperiment: (experimentId: string) => Promise<ExperimentRecord | undefined>
}

const asRecord = (body: object) => body as Record<string, unknown>

/** The resources of an approach's first attempt and the requests that would make them, built by the functions that the workers use. */
export const planAttempt = async (
  experiment: PlannedExperiment,
  index: number,
  { recipes, bucket, roleArn, loadExperiment }: PlannedRequestDeps,
): Promise<PlannedAttempt> => {
  const spec = experiment.spec.approaches[index]
  const prepared = spec && experiment.prepared.get(layoutOf(spec))
  if (!spec || !prepared) throw new Error(`approach ${index} of the experiment has no channels to plan with`)
  const recipe = recipeOf(recipes, spec)
  const context = await attemptRequest(
    { experiment, approach: { id: spec.id, index, attempt: 1, spec }, prepared },
    { recipes, bucket, roleArn },
  )
  const { name, tags, instanceTypes, plan } = context
  const { tuning } = spec
  const job = tuning
    ? {
        kind: 'tuning-job' as const,
        operation: 'CreateHyperParameterTuningJob',
        body: asRecord(
          tuningJobRequest(context, {
            tuning,
            objective: tuning.objective ?? (await recipe.objective(spec)),
            seed: tuning.seed ?? experiment.spec.seed,
            parents: await parentJobs(tuning.warmStart, loadExperiment),
          }),
        ),
      }
    : { kind: 'training-job' as const, operation: 'CreateTrainingJob', body: asRecord(trainingJobRequest(context)) }
  // Which trial is the best only the run can know.
  const trainedBy = tuning ? '{best trial}' : name
  const { container } = await recipe.host(spec, {
    experimentId: experiment.id,
    modelArtifact: `${context.outputUri}${trainedBy}/output/model.tar.gz`,
  })
  return {
    resources: [job.kind, 'model' as const, 'endpoint-config' as const, 'endpoint' as const].map((kind) => ({
      kind,
      name,
    })),
    requests: [
      { operation: job.operation, body: job.body },
      { operation: 'CreateModel', body: asRecord(modelRequest({ name, tags }, { roleArn, container })) },
      { operation: 'CreateEndpointConfig', body: asRecord(endpointConfigRequest({ name, tags }, spec)) },
      { operation: 'CreateEndpoint', body: asRecord(endpointRequest({ name, tags })) },
    ],
    instanceTypes,
    hyperparameters: plan.hyperparameters,
    trainImages: prepared.trainImages,
  }
}
