import type { S3Client } from '@aws-sdk/client-s3'
import { InvokeEndpointCommand, type SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime'
import { readCheckedImage } from '@assay/cloud'
import type { InferenceFormat } from '@assay/recipes'
import type { Answers } from './answers.ts'

export interface EndpointAnswersDeps {
  s3: S3Client
  runtime: SageMakerRuntimeClient
}

/** Sends each image to an endpoint and waits for what it says. */
export const endpointAnswers = (
  { s3, runtime }: EndpointAnswersDeps,
  { endpointName, bucket, format }: { endpointName: string; bucket: string; format: InferenceFormat },
): Answers => ({
  message: `sends images to ${endpointName}`,
  again: true,
  of: async (image) => {
    const { body, sent } = await format.encode(await readCheckedImage(s3, bucket, image), image)
    const startedMs = performance.now()
    const answer = await runtime.send(
      new InvokeEndpointCommand({
        EndpointName: endpointName,
        ContentType: format.contentType,
        Accept: format.accept,
        Body: body,
      }),
    )
    return { body: answer.Body ?? new Uint8Array(), sent, latencyMs: performance.now() - startedMs }
  },
})
