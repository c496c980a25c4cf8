import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { S3Client } from '@aws-sdk/client-s3'
import { SageMakerClient } from '@aws-sdk/client-sagemaker'
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime'
import { type BucketOwners, expectBucketOwners } from './expect-bucket-owners.ts'

export interface CloudSettings {
  region: string
  /** A local cloud on loopback; absent: AWS with the default credential chain. */
  cloudUrl?: string
  /** Awaited before each request to SageMaker's control plane and to Logs, each retry included; keeps the calls of all processes within the account's limits. */
  admit?: (action: string) => Promise<void>
  /** Requests to these buckets say whose they must be. (Default: to none) */
  bucketOwners?: BucketOwners
}

export interface CloudClients {
  environment: 'local' | 'aws'
  region: string
  s3: S3Client
  /** Says nothing of owners: to tell a bucket of somebody else from one that is not to be read. */
  s3OfAnyOwner: S3Client
  /** Presigned PUTs must not carry the checksum of an empty body, which the default adds. */
  s3ForPresigning: S3Client
  sagemaker: SageMakerClient
  /** Sends once: the retry of a Create is ours, with a Describe before it. */
  sagemakerOnce: SageMakerClient
  runtime: SageMakerRuntimeClient
  logs: CloudWatchLogsClient
  destroy: () => void
}

const REQUEST_MS = 30_000
/** An endpoint may take 60 s for an answer. */
const INVOKE_MS = 70_000

/** Behind the SDK's own retries in the chain, so that each request is counted. */
const limitCalls = (client: SageMakerClient | CloudWatchLogsClient, admit: (action: string) => Promise<void>) => {
  const { middlewareStack } = client
  middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        await admit(commandName.replace(/Command$/, ''))
        return next(args)
      },
    { step: 'finalizeRequest', priority: 'low', name: 'limitCalls' },
  )
}

// The SDK is pinned to a version that supports the Node.js it runs on; what it says at each start is about later versions of itself.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'

/** What every client of the process is made with. A local cloud gets made-up credentials, so that no real ones are ever read, let alone sent. */
export const clientSettings = ({ region, cloudUrl }: Pick<CloudSettings, 'region' | 'cloudUrl'>) => ({
  region,
  requestHandler: {
    connectionTimeout: 5_000,
    requestTimeout: REQUEST_MS,
    httpAgent: { maxSockets: 64 },
    httpsAgent: { maxSockets: 64 },
  },
  ...(cloudUrl === undefined
    ? {}
    : { endpoint: cloudUrl, credentials: { accessKeyId: 'local', secretAccessKey: 'local' }, forcePathStyle: true }),
})

/** Every client of a process that does the work. */
export const createCloudClients = (settings: CloudSettings): CloudClients => {
  const { region, cloudUrl, admit, bucketOwners = new Map() } = settings
  const common = clientSettings(settings)
  const s3 = new S3Client(common)
  expectBucketOwners(s3, bucketOwners)
  const s3OfAnyOwner = new S3Client(common)
  const s3ForPresigning = new S3Client({ ...common, requestChecksumCalculation: 'WHEN_REQUIRED' })
  const sagemaker = new SageMakerClient(common)
  const sagemakerOnce = new SageMakerClient({ ...common, maxAttempts: 1 })
  const runtime = new SageMakerRuntimeClient({
    ...common,
    requestHandler: { ...common.requestHandler, requestTimeout: INVOKE_MS },
  })
  const logs = new CloudWatchLogsClient(common)
  if (admit) for (const client of [sagemaker, sagemakerOnce, logs]) limitCalls(client, admit)
  return {
    environment: cloudUrl === undefined ? 'aws' : 'local',
    region,
    s3,
    s3OfAnyOwner,
    s3ForPresigning,
    sagemaker,
    sagemakerOnce,
    runtime,
    logs,
    destroy: () => {
      for (const client of [s3, s3OfAnyOwner, s3ForPresigning, sagemaker, sagemakerOnce, runtime, logs])
        client.destroy()
    },
  }
}
