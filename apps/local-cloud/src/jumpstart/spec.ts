import { DEEP_LEARNING_CONTAINERS_ACCOUNT, type Framework, type LocalModel, type ModelKeys } from './models.ts'

const TRAINING_FAMILIES = ['p2', 'p3', 'p3dn', 'g4dn', 'g5'] as const
const CPU_FAMILIES = ['m4', 'm5', 'c4', 'c5'] as const

/** Image versions and logged metrics of a framework's detectors. */
const frameworks: Record<Framework, { version: string; metrics: { Name: string; Regex: string }[] }> = {
  mxnet: {
    version: '1.9.0',
    metrics: [
      { Name: 'CrossEntropy', Regex: '(?:^|[^_])CrossEntropy=([0-9\\.]+)' },
      { Name: 'Val_CrossEntropy', Regex: 'Val_CrossEntropy=([0-9\\.]+)' },
    ],
  },
  pytorch: { version: '1.10.0', metrics: [{ Name: 'val_loss', Regex: 'val_loss: ([0-9\\.]+)' }] },
}

/** Images by instance family, through an alias of the region, as real specs name them. */
const instanceVariants = (use: 'training' | 'inference', region: string, framework: Framework) => {
  const { version } = frameworks[framework]
  const host = `${DEEP_LEARNING_CONTAINERS_ACCOUNT}.dkr.ecr.${region}.amazonaws.com`
  const byFamily = (families: readonly string[], alias: string) =>
    families.map((family) => [family, { regional_properties: { image_uri: `$${alias}` } }] as const)
  return {
    regional_aliases: {
      [region]: {
        gpu_ecr_uri_1: `${host}/${framework}-${use}:${version}-gpu-py38`,
        cpu_ecr_uri_1: `${host}/${framework}-${use}:${version}-cpu-py38`,
      },
    },
    variants: Object.fromEntries([
      ...byFamily(TRAINING_FAMILIES, 'gpu_ecr_uri_1'),
      ...byFamily(CPU_FAMILIES, 'cpu_ecr_uri_1'),
    ]),
  }
}

const algorithm = { scope: 'algorithm' } as const
const container = { type: 'text', scope: 'container' } as const

const HYPERPARAMETERS = [
  { name: 'epochs', type: 'int', default: 5, min: 1, max: 1000, ...algorithm },
  { name: 'batch-size', type: 'int', default: 2, min: 1, max: 1024, ...algorithm },
  { name: 'adam-learning-rate', type: 'float', default: 0.001, min: 1e-8, max: 1, ...algorithm },
  { name: 'train-only-top-layer', type: 'text', default: 'False', options: ['True', 'False'], ...algorithm },
  { name: 'sagemaker_submit_directory', default: '/opt/ml/input/data/code/sourcedir.tar.gz', ...container },
  { name: 'sagemaker_program', default: 'transfer_learning.py', ...container },
  { name: 'sagemaker_container_log_level', default: '20', ...container },
]

const environment = (name: string, value: string, isForModel: boolean) => ({
  name,
  type: 'text',
  default: value,
  scope: 'container',
  required_for_model_class: isForModel,
})

const INFERENCE_ENVIRONMENT = [
  environment('SAGEMAKER_PROGRAM', 'inference.py', true),
  environment('SAGEMAKER_SUBMIT_DIRECTORY', '/opt/ml/model/code', false),
  environment('SAGEMAKER_CONTAINER_LOG_LEVEL', '20', false),
  environment('SAGEMAKER_MODEL_SERVER_TIMEOUT', '3600', false),
  environment('ENDPOINT_SERVER_TIMEOUT', '3600', true),
  environment('MODEL_CACHE_ROOT', '/opt/ml/model', true),
  environment('SAGEMAKER_ENV', '1', true),
  environment('SAGEMAKER_MODEL_SERVER_WORKERS', '1', true),
]

/** A model's spec in the shape of the real bucket's. Source of the fields: sagemaker-python-sdk v2.257.6, jumpstart/types.py. */
export const modelSpec = ({ modelId, version, framework }: LocalModel, keys: ModelKeys, region: string) => ({
  model_id: modelId,
  version,
  url: '',
  min_sdk_version: keys.minimumSdkVersion,
  training_supported: true,
  incremental_training_supported: false,
  validation_supported: false,
  deprecated: false,
  training_vulnerable: false,
  inference_vulnerable: false,
  hosting_ecr_specs: { framework, framework_version: frameworks[framework].version, py_version: 'py38' },
  training_ecr_specs: { framework, framework_version: frameworks[framework].version, py_version: 'py38' },
  hosting_artifact_key: keys.hostingArtifact,
  hosting_script_key: keys.hostingScript,
  hosting_prepacked_artifact_key: keys.hostingPrepackedArtifact,
  hosting_use_script_uri: true,
  training_artifact_key: keys.trainingArtifact,
  training_script_key: keys.trainingScript,
  training_prepacked_script_key: keys.trainingPrepackedScript,
  hyperparameters: HYPERPARAMETERS,
  inference_environment_variables: INFERENCE_ENVIRONMENT,
  metrics: frameworks[framework].metrics,
  default_inference_instance_type: 'ml.p3.2xlarge',
  supported_inference_instance_types: [
    'ml.p3.2xlarge',
    'ml.g4dn.xlarge',
    'ml.m5.large',
    'ml.m5.xlarge',
    'ml.c5.xlarge',
  ],
  default_training_instance_type: 'ml.p3.2xlarge',
  supported_training_instance_types: ['ml.p3.2xlarge', 'ml.g4dn.xlarge', 'ml.g5.xlarge', 'ml.m5.4xlarge'],
  training_instance_type_variants: instanceVariants('training', region, framework),
  hosting_instance_type_variants: instanceVariants('inference', region, framework),
  training_volume_size: 30,
  inference_volume_size: 30,
  training_enable_network_isolation: true,
  inference_enable_network_isolation: true,
  estimator_kwargs: { encrypt_inter_container_traffic: true, max_run: 360000 },
  predictor_specs: {
    supported_content_types: ['application/x-image'],
    supported_accept_types: ['application/json;verbose', 'application/json'],
    default_content_type: 'application/x-image',
    default_accept_type: 'application/json;verbose',
  },
  default_training_dataset_key: null,
})
