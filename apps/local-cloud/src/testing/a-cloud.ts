import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { type CreateTrainingJobCommandInput, SageMakerClient } from '@aws-sdk/client-sagemaker'
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime'
import { type LocalCloudOptions, startLocalCloud } from '../start-local-cloud.ts'

export const role = 'arn:aws:iam::123456789012:role/local'
/** Image that the registry of these tests resolves to tiny-program.mjs. */
export const tinyImage = '123456789012.dkr.ecr.us-east-1.amazonaws.com/tiny:1'

const clientOptions = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
})

const createClients = (url: string) => ({
  sagemaker: new SageMakerClient(clientOptions(url)),
  runtime: new SageMakerRuntimeClient(clientOptions(url)),
  logs: new CloudWatchLogsClient(clientOptions(url)),
  s3: new S3Client({ ...clientOptions(url), forcePathStyle: true }),
})

/** A local cloud of its own in a temporary folder, with a bucket `data` and the tiny program. */
export const aCloud = async (options: Partial<LocalCloudOptions> = {}) => {
  const folder = await mkdtemp(join(tmpdir(), 'local-cloud-'))
  const registryFile = join(folder, 'registry.json')
  const program = fileURLToPath(new URL('./tiny-program.mjs', import.meta.url))
  await writeFile(
    registryFile,
    JSON.stringify({
      '*/tiny:*': { train: [process.execPath, program, 'train'], serve: [process.execPath, program, 'serve'] },
    }),
  )
  const start = () => startLocalCloud({ dataDir: join(folder, 'data'), registryFile, jumpStart: false, ...options })
  let cloud = await start()
  const { s3, ...clients } = createClients(cloud.url)
  await s3.send(new CreateBucketCommand({ Bucket: 'data' }))
  await s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'train/a/one.txt', Body: 'one' }))
  await s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'train/two.txt', Body: 'two' }))
  return {
    ...clients,
    s3,
    url: cloud.url,
    folder,
    /** Ends the cloud and starts it again on the same folder; answers clients for the new address. */
    restart: async () => {
      await cloud.close()
      cloud = await start()
      return { ...createClients(cloud.url), url: cloud.url }
    },
    end: async () => {
      await cloud.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A request that trains with the tiny program. */
export const aTrainingJob = (
  name: string,
  hyperparameters: Record<string, string> = {},
  rest: Partial<CreateTrainingJobCommandInput> = {},
): CreateTrainingJobCommandInput => ({
  TrainingJobName: name,
  RoleArn: role,
  AlgorithmSpecification: {
    TrainingImage: tinyImage,
    TrainingInputMode: 'File',
    MetricDefinitions: [{ Name: 'loss', Regex: 'loss=([0-9.]+);' }],
  },
  HyperParameters: hyperparameters,
  InputDataConfig: [
    {
      ChannelName: 'train',
      DataSource: {
        S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://data/train', S3DataDistributionType: 'FullyReplicated' },
      },
    },
  ],
  OutputDataConfig: { S3OutputPath: 's3://data/out' },
  ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
  StoppingCondition: { MaxRuntimeInSeconds: 600 },
  ...rest,
})

/** A training job without a process. */
export const aScriptedJob = (
  name: string,
  hyperparameters: Record<string, string> = {},
  rest: Partial<CreateTrainingJobCommandInput> = {},
): CreateTrainingJobCommandInput =>
  aTrainingJob(name, hyperparameters, {
    AlgorithmSpecification: { TrainingImage: 'local/scripted:1', TrainingInputMode: 'File' },
    InputDataConfig: undefined,
    ...rest,
  })

/** Asks until the answer pleases; fails after twenty seconds. */
export const eventually = async <T>(ask: () => Promise<T>, pleases: (answer: T) => boolean): Promise<T> => {
  const deadline = performance.now() + 20_000
  for (;;) {
    const answer = await ask()
    if (pleases(answer)) return answer
    if (performance.now() > deadline) throw new Error(`still ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
