import { GetObjectCommand } from '@aws-sdk/client-s3'
import type { Channel as InputChannel } from '@aws-sdk/client-sagemaker'
import type { ApproachSpec } from '@assay/contracts'
import { PermanentError } from '@assay/pipeline'
import { jumpStartFormat } from './formats/jumpstart.ts'
import { asStrings } from './hyperparameters.ts'
import { createJumpStart, jumpStartImage, type JumpStartSpec } from './jumpstart-spec.ts'
import type { HyperparameterDefinition, Recipe, RecipeDeps } from './recipe.ts'
import { repackWithCode } from './repack.ts'

type Spec = Extract<ApproachSpec, { recipe: 'jumpstart' }>

/** Anchored, for the names alone also match inside Val_…. */
const METRICS = [
  { Name: 'CrossEntropy', Regex: '(?:^|[^_])CrossEntropy=([0-9\\.]+)' },
  { Name: 'SmoothL1', Regex: '(?:^|[^_])SmoothL1=([0-9\\.]+)' },
  { Name: 'Val_CrossEntropy', Regex: 'Val_CrossEntropy=([0-9\\.]+)' },
  { Name: 'Val_SmoothL1', Regex: 'Val_SmoothL1=([0-9\\.]+)' },
]
const CODE_CHANNEL = '/opt/ml/input/data/code/sourcedir.tar.gz'

const channel = (name: string, uri: string, contentType?: string): InputChannel => ({
  ChannelName: name,
  ...(contentType === undefined ? {} : { ContentType: contentType }),
  InputMode: 'File',
  DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: uri, S3DataDistributionType: 'FullyReplicated' } },
})

const typeOf = (type: string): HyperparameterDefinition['type'] => {
  if (type === 'int') return 'integer'
  return type === 'float' ? 'number' : 'text'
}

const definitionsOf = ({ hyperparameters }: JumpStartSpec): HyperparameterDefinition[] =>
  (hyperparameters ?? [])
    .filter(({ scope }) => scope === 'algorithm')
    .map(({ name, type, min, max, options }) => ({
      name,
      type: typeOf(type),
      ...(min == null ? {} : { min }),
      ...(max == null ? {} : { max }),
      ...(options == null ? {} : { options }),
    }))

/** Type 2 of the study: a JumpStart detector, resolved at run time from the region's JumpStart bucket. */
export const createJumpStartRecipe = ({ s3, bulk, region, bucket }: RecipeDeps): Recipe<Spec> => {
  const jumpStart = createJumpStart({ s3, region })
  const resolve = ({ modelId, modelVersion }: Spec) => jumpStart.resolve(modelId, modelVersion)
  const publicUri = (key: string) => `s3://${jumpStart.bucket}/${key}`
  const download = async (uri: string) => {
    const [, from = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? []
    const answer = await s3.send(new GetObjectCommand({ Bucket: from, Key: key }))
    return (await answer.Body?.transformToByteArray()) ?? new Uint8Array()
  }

  return {
    name: 'jumpstart',
    title: 'SageMaker JumpStart detector',
    layout: 'jumpstart',
    lifeCycle: {
      state: 'legacy',
      note: 'The MXNet detectors of JumpStart rest on an image without further releases; PyTorch and TensorFlow detectors replace them.',
    },
    instanceFamilies: ['p2', 'p3', 'g4dn', 'g5', 'm5', 'c5'],
    defaultInstanceTypes: ['ml.g4dn.xlarge'],
    // This algorithm reports no mAP; the study tunes the loss on its own held-back part.
    objective: async () => ({ metric: 'Val_CrossEntropy', direction: 'minimize' }),
    metrics: async () => METRICS.map(({ Name }) => Name),
    hyperparameters: async (spec) => definitionsOf(await resolve(spec)),
    train: async (spec, { prepared, instanceType }) => {
      const model = await resolve(spec)
      const scriptKey = model.training_prepacked_script_key ?? model.training_script_key
      if (!scriptKey || !model.training_artifact_key)
        throw new PermanentError(
          'jumpstart_not_trainable',
          `${model.model_id} ${model.version} names no training script or artifact`,
        )
      const defaults = (model.hyperparameters ?? []).flatMap(({ name, default: value }) =>
        value == null ? [] : [[name, String(value)] as const],
      )
      return {
        image: jumpStartImage(model.training_instance_type_variants, instanceType, region),
        inputMode: 'File',
        metricDefinitions: METRICS,
        hyperparameters: {
          ...Object.fromEntries(defaults),
          ...asStrings(spec.hyperparameters),
          sagemaker_program: 'transfer_learning.py',
          sagemaker_submit_directory: CODE_CHANNEL,
          sagemaker_container_log_level: '20',
        },
        channels: [
          ...prepared.channels.map(({ name, s3Uri }) => channel(name, s3Uri)),
          channel('model', publicUri(model.training_artifact_key), 'application/x-sagemaker-model'),
          channel('code', publicUri(scriptKey)),
        ],
        networkIsolation: true,
      }
    },
    curveMetrics: METRICS.map(({ Name, Regex }) => ({ name: Name, regex: new RegExp(Regex) })),
    packModel: async (spec, { experimentId, modelArtifact }) => {
      const script = (await resolve(spec)).hosting_script_key
      if (!script) return modelArtifact
      const packed = await repackWithCode(await download(modelArtifact), await download(publicUri(script)))
      const stored = await bulk.put(experimentId, `models/${spec.id}/model.tar.gz`, packed, 'application/gzip')
      return `s3://${bucket}/${stored.key}`
    },
    host: async (spec, modelDataUri) => {
      const model = await resolve(spec)
      const environment = (model.inference_environment_variables ?? []).map(
        ({ name, default: value }) => [name, String(value)] as const,
      )
      return {
        Image: jumpStartImage(
          model.hosting_instance_type_variants ?? model.training_instance_type_variants,
          spec.endpoint.instanceTypes[0] ?? '',
          region,
        ),
        ModelDataUrl: modelDataUri,
        Environment: {
          ...Object.fromEntries(environment),
          SAGEMAKER_PROGRAM: 'inference.py',
          SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code',
          SAGEMAKER_REGION: region,
        },
      }
    },
    inference: jumpStartFormat,
  }
}
