import { createHash } from 'node:crypto'
import type { ApproachOf } from '@assay/contracts'
import { PermanentError } from '@assay/pipeline'
import { jumpStartFormat } from './formats/jumpstart.ts'
import { asStrings } from './hyperparameters.ts'
import { inputChannel, preparedChannel } from './input-channel.ts'
import { familyOf, jumpStartFamilies, metricsOf } from './jumpstart-families.ts'
import { imageFamilies, jumpStartImage } from './jumpstart-image.ts'
import { createJumpStart, type JumpStartSpec } from './jumpstart-spec.ts'
import { asMetricDefinitions } from './metric-definitions.ts'
import type { HyperparameterDefinition, Recipe, RecipeDeps } from './recipe.ts'

type Spec = ApproachOf<'jumpstart'>

const CODE_CHANNEL = '/opt/ml/input/data/code/sourcedir.tar.gz'

const typeOf = (type: string): HyperparameterDefinition['type'] => {
  if (type === 'int') return 'integer'
  return type === 'float' ? 'number' : 'text'
}

const definitionsOf = ({ hyperparameters }: JumpStartSpec): HyperparameterDefinition[] =>
  (hyperparameters ?? [])
    .filter(({ scope }) => scope === 'algorithm')
    .map(({ name, type, min, max, options, default: value }) => ({
      name,
      type: typeOf(type),
      ...(min == null ? {} : { min }),
      ...(max == null ? {} : { max }),
      ...(options == null ? {} : { options }),
      ...(value == null ? {} : { default: String(value) }),
    }))

const requireFamily = (modelId: string) => {
  const family = familyOf(modelId)
  if (!family)
    throw new PermanentError(
      'jumpstart_no_detector',
      `${modelId} met, a detector whose id begins with ${jumpStartFamilies.map(({ prefix }) => prefix).join(', ')} needed`,
    )
  return family
}

const refuse = (model: JumpStartSpec, why: string): never => {
  throw new PermanentError('jumpstart_not_trainable', `${model.model_id} ${model.version} ${why}`)
}

/** What training needs of a model. */
const trainable = (model: JumpStartSpec, { allowDeprecated }: Spec) => {
  const scriptKey = model.training_prepacked_script_key ?? model.training_script_key
  const { training_artifact_key: artifactKey } = model
  if (!model.training_supported) return refuse(model, 'cannot be fine-tuned')
  if (!scriptKey || !artifactKey) return refuse(model, 'names no training script or artifact')
  if (model.deprecated && !allowDeprecated)
    return refuse(model, 'is deprecated: AWS advises against it; allowDeprecated: true uses it all the same')
  if (model.training_vulnerable && !allowDeprecated)
    return refuse(model, 'has a training image with known weaknesses; allowDeprecated: true uses it all the same')
  return { scriptKey, artifactKey }
}

/** Type 2 of the study: a JumpStart detector, resolved at run time from the region's JumpStart bucket. */
export const createJumpStartRecipe = ({ s3, region, bucket }: RecipeDeps): Recipe<Spec> => {
  const jumpStart = createJumpStart({ s3, region })
  const resolve = async (spec: Spec) => {
    const family = requireFamily(spec.modelId)
    const model = await jumpStart.resolve(spec.modelId, spec.modelVersion)
    return { family, model, ...trainable(model, spec) }
  }
  const publicUri = (key: string) => `s3://${jumpStart.bucket}/${key}`
  const imageFor = ({
    training_instance_type_variants: own,
    hosting_instance_type_variants: hosting,
  }: JumpStartSpec) => ({
    training: own,
    hosting: hosting ?? own,
  })

  return {
    name: 'jumpstart',
    title: 'SageMaker JumpStart detector',
    lifeCycle: ({ modelId }) => requireFamily(modelId).lifeCycle,
    instanceFamilies: async (spec) => {
      const { training, hosting } = imageFor((await resolve(spec)).model)
      return { training: imageFamilies(training), hosting: imageFamilies(hosting) }
    },
    defaultInstanceTypes: ['ml.g4dn.xlarge'],
    afterInterruption: () => 'starts-over',
    pace: {
      secondsPerImageEpoch: 5400 / (100 * 1440),
      source: 'the study’s Type 2: an hour and a half for 100 epochs of 1,440 images',
    },
    objective: async ({ modelId }) => requireFamily(modelId).objective,
    metrics: async (spec) => {
      const { model, family } = await resolve(spec)
      return metricsOf(model, family)
    },
    hyperparameters: async (spec) => definitionsOf((await resolve(spec)).model),
    train: async (spec, { prepared, instanceType }) => {
      const { model, family, scriptKey, artifactKey } = await resolve(spec)
      const defaults = (model.hyperparameters ?? []).flatMap(({ name, default: value }) =>
        value == null ? [] : [[name, String(value)] as const],
      )
      return {
        image: jumpStartImage(imageFor(model).training, instanceType, region),
        inputMode: 'File',
        metricDefinitions: asMetricDefinitions(metricsOf(model, family)),
        hyperparameters: {
          sagemaker_program: 'transfer_learning.py',
          ...Object.fromEntries(defaults),
          ...asStrings(spec.hyperparameters),
          sagemaker_submit_directory: CODE_CHANNEL,
          sagemaker_container_log_level: '20',
        },
        channels: [
          ...prepared.channels.map((channel) => preparedChannel(channel)),
          inputChannel('model', publicUri(artifactKey), { contentType: 'application/x-sagemaker-model' }),
          inputChannel('code', publicUri(scriptKey)),
        ],
        networkIsolation: model.training_enable_network_isolation ?? true,
        uploads: [],
      }
    },
    host: async (spec, { experimentId, modelArtifact }) => {
      const { model } = await resolve(spec)
      const codeKey = model.hosting_use_script_uri === false ? undefined : model.hosting_script_key
      const environment = Object.fromEntries(
        (model.inference_environment_variables ?? []).map(({ name, default: value }) => [name, String(value)]),
      )
      const image = jumpStartImage(imageFor(model).hosting, spec.endpoint.instanceTypes[0] ?? '', region)
      // A model trained by a script that packs its own inference code is served as it is.
      if (!codeKey) return { container: { Image: image, ModelDataUrl: modelArtifact, Environment: environment } }
      const codeUri = publicUri(codeKey)
      const inputs = createHash('sha256').update(`${modelArtifact}\n${codeUri}`).digest('hex')
      const key = `data/${experimentId}/models/${spec.id}/${inputs}/model.tar.gz`
      return {
        container: {
          Image: image,
          ModelDataUrl: `s3://${bucket}/${key}`,
          Environment: {
            SAGEMAKER_PROGRAM: 'inference.py',
            ...environment,
            SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code',
            SAGEMAKER_REGION: region,
          },
        },
        repack: { modelUri: modelArtifact, codeUri, key },
      }
    },
    inference: async () => jumpStartFormat,
  }
}
