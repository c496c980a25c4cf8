import {
  type Intent,
  layoutOf,
  type PlannedRequest,
  type PreparedChannels,
  type TrainingFields,
} from '@assay/contracts'
import type { DatasetPreview } from '@assay/datasets'
import type { ExperimentRecord } from '@assay/pipeline'
import { modelRequest, recipeOf, type Recipes, trainingJobRequest, tuningJobRequest } from '@assay/recipes'
import { attemptRequest, attemptTypes, parentJobs, trainingFields } from '@assay/training'
import { asRecord } from './as-record.ts'
import { hostingSteps } from './hosting-steps.ts'

export interface PlannedExperiment extends Pick<
  ExperimentRecord,
  'id' | 'installation' | 'specSha256' | 'spec' | 'dataset'
> {
  /** Images of the parts that models answer, in ascending id order, and the bucket of the data set. */
  answered: DatasetPreview['answered']
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
  /** What the trained model depends on. */
  fields: TrainingFields
}

export interface PlannedRequestDeps {
  recipes: Recipes
  bucket: string
  roleArn: string
  /** Reads the experiments that a warm start learns from. */
  loadExperiment: (experimentId: string) => Promise<ExperimentRecord | undefined>
}

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
  const objective = spec.tuning?.objective ?? (await recipe.objective(spec))
  const { tuning } = spec
  const job = tuning
    ? {
        kind: 'tuning-job' as const,
        operation: 'CreateHyperParameterTuningJob',
        body: asRecord(
          tuningJobRequest(context, {
            tuning,
            objective,
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
  const hosting = await hostingSteps({ experiment, spec, name, tags, bucket, recipe })
  return {
    resources: [job.kind, 'model' as const, ...hosting.kinds].map((kind) => ({ kind, name })),
    requests: [
      { operation: job.operation, body: job.body },
      { operation: 'CreateModel', body: asRecord(modelRequest({ name, tags }, { roleArn, container })) },
      ...hosting.requests,
    ],
    instanceTypes,
    hyperparameters: plan.hyperparameters,
    trainImages: prepared.trainImages,
    fields: trainingFields({
      experiment,
      prepared,
      spec,
      plan,
      instanceTypes: attemptTypes(recipe, { spec }).allTypes,
      objective,
      bucket,
    }),
  }
}
