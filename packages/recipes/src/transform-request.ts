import type { CreateTransformJobCommandInput, TransformInstanceType } from '@aws-sdk/client-sagemaker'
import type { HostingContext } from './hosting-requests.ts'
import type { InferenceFormat } from './recipe.ts'

export interface TransformContext {
  /** Address of a ManifestFile that lists the images. */
  manifestUri: string
  outputUri: string
  instanceType: string
  format: Pick<InferenceFormat, 'contentType' | 'accept'>
  /** Of the largest image. */
  mostBytes: number
  /** Requests in flight to the model at most. */
  maxConcurrency: number
}

/** The service allows at most this many MiB in flight, and as many in one request. */
const MAX_IN_FLIGHT_MIB = 100
const MIB = 1024 * 1024

/** Whether an image of so many bytes can be the body of a request. */
export const fitsTransform = (imageBytes: number): boolean => imageBytes <= MAX_IN_FLIGHT_MIB * MIB

/** Body of CreateTransformJob: one image a request, the image itself being the request. */
export const transformJobRequest = (
  { name, tags }: HostingContext,
  { manifestUri, outputUri, instanceType, format, mostBytes, maxConcurrency }: TransformContext,
): CreateTransformJobCommandInput => {
  const payloadMib = Math.max(1, Math.ceil(mostBytes / MIB))
  return {
    TransformJobName: name,
    ModelName: name,
    BatchStrategy: 'SingleRecord',
    MaxPayloadInMB: payloadMib,
    MaxConcurrentTransforms: Math.max(1, Math.min(maxConcurrency, Math.floor(MAX_IN_FLIGHT_MIB / payloadMib))),
    TransformInput: {
      ContentType: format.contentType,
      SplitType: 'None',
      DataSource: { S3DataSource: { S3DataType: 'ManifestFile', S3Uri: manifestUri } },
    },
    TransformOutput: { S3OutputPath: outputUri, Accept: format.accept, AssembleWith: 'None' },
    TransformResources: { InstanceType: instanceType as TransformInstanceType, InstanceCount: 1 },
    Tags: tags,
  }
}
