const ledger = ['s3:DeleteObject', 's3:GetObject', 's3:ListBucket', 's3:PutObject'] as const
const upload = ['s3:AbortMultipartUpload'] as const
const readLogs = ['logs:DescribeLogStreams', 'logs:GetLogEvents'] as const
const tagAndPass = ['iam:PassRole', 'sagemaker:AddTags'] as const
const deleteHosting = ['sagemaker:DeleteEndpoint', 'sagemaker:DeleteEndpointConfig', 'sagemaker:DeleteModel'] as const
const sweep = [
  ...deleteHosting,
  'sagemaker:DescribeTrainingJob',
  'sagemaker:ListEndpointConfigs',
  'sagemaker:ListEndpoints',
  'sagemaker:ListHyperParameterTuningJobs',
  'sagemaker:ListModels',
  'sagemaker:ListTags',
  'sagemaker:ListTrainingJobs',
  'sagemaker:ListTrainingJobsForHyperParameterTuningJob',
  'sagemaker:ListTransformJobs',
  'sagemaker:StopHyperParameterTuningJob',
  'sagemaker:StopTrainingJob',
  'sagemaker:StopTransformJob',
] as const

/** What each process asks of AWS, as IAM actions. A test compares it with the commands that the processes' bundles contain. */
export const processActions = {
  api: [
    ...ledger,
    ...upload,
    ...readLogs,
    ...sweep,
    'logs:FilterLogEvents',
    'pricing:GetProducts',
    'sagemaker:DescribeHyperParameterTuningJob',
    'servicequotas:ListServiceQuotas',
  ],
  'worker-split': [...ledger, ...upload, 'sagemaker:ListTags'],
  'worker-train': [
    ...ledger,
    ...upload,
    ...readLogs,
    ...tagAndPass,
    'sagemaker:CreateTrainingJob',
    'sagemaker:DescribeTrainingJob',
    'sagemaker:ListTags',
    'sagemaker:ListTrainingJobsForHyperParameterTuningJob',
    'sagemaker:StopTrainingJob',
  ],
  'worker-tune': [
    ...ledger,
    ...upload,
    ...readLogs,
    ...tagAndPass,
    'sagemaker:CreateHyperParameterTuningJob',
    'sagemaker:DescribeHyperParameterTuningJob',
    'sagemaker:DescribeTrainingJob',
    'sagemaker:ListTags',
    'sagemaker:ListTrainingJobsForHyperParameterTuningJob',
    'sagemaker:StopHyperParameterTuningJob',
  ],
  'worker-infer': [
    ...ledger,
    ...upload,
    ...readLogs,
    ...tagAndPass,
    ...deleteHosting,
    'sagemaker:CreateEndpoint',
    'sagemaker:CreateEndpointConfig',
    'sagemaker:CreateModel',
    'sagemaker:CreateTransformJob',
    'sagemaker:DescribeEndpoint',
    'sagemaker:DescribeEndpointConfig',
    'sagemaker:DescribeModel',
    'sagemaker:DescribeTrainingJob',
    'sagemaker:DescribeTransformJob',
    'sagemaker:InvokeEndpoint',
    'sagemaker:ListTags',
    'sagemaker:ListTrainingJobsForHyperParameterTuningJob',
    'sagemaker:StopTransformJob',
  ],
  'worker-report': [...ledger, 'sagemaker:ListTags'],
  'worker-control': [
    ...ledger,
    ...upload,
    ...readLogs,
    ...sweep,
    'sagemaker:DescribeEndpoint',
    'sagemaker:DescribeHyperParameterTuningJob',
    'sagemaker:DescribeTransformJob',
  ],
  /** The role that SageMaker assumes in jobs and models: data in, model out, log lines, images. */
  'job-role': [
    ...ledger.filter((action) => action !== 's3:DeleteObject'),
    'cloudwatch:PutMetricData',
    'ecr:BatchCheckLayerAvailability',
    'ecr:BatchGetImage',
    'ecr:GetAuthorizationToken',
    'ecr:GetDownloadUrlForLayer',
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:DescribeLogStreams',
    'logs:PutLogEvents',
  ],
} as const satisfies Record<string, readonly string[]>
export type PolicyHolder = keyof typeof processActions

export const policyHolders = Object.keys(processActions) as PolicyHolder[]
