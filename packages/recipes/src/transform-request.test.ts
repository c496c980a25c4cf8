import { expect, test } from 'vitest'
import { objectDetectionFormat } from './formats/object-detection.ts'
import { fitsTransform, transformJobRequest } from './transform-request.ts'

const context = {
  manifestUri: 's3://assay/data/x/transforms/images.json',
  outputUri: 's3://assay/data/x/transforms/a/1/',
  instanceType: 'ml.m5.xlarge',
  format: objectDetectionFormat,
  mostBytes: 2_000_000,
  maxConcurrency: 4,
}

test('every image is one request, read where it lies', () => {
  expect(transformJobRequest({ name: 'assay-x-00-01', tags: [{ Key: 'k', Value: 'v' }] }, context)).toEqual({
    TransformJobName: 'assay-x-00-01',
    ModelName: 'assay-x-00-01',
    BatchStrategy: 'SingleRecord',
    MaxPayloadInMB: 2,
    MaxConcurrentTransforms: 4,
    TransformInput: {
      ContentType: 'application/x-image',
      SplitType: 'None',
      DataSource: {
        S3DataSource: { S3DataType: 'ManifestFile', S3Uri: 's3://assay/data/x/transforms/images.json' },
      },
    },
    TransformOutput: {
      S3OutputPath: 's3://assay/data/x/transforms/a/1/',
      Accept: 'application/json',
      AssembleWith: 'None',
    },
    TransformResources: { InstanceType: 'ml.m5.xlarge', InstanceCount: 1 },
    Tags: [{ Key: 'k', Value: 'v' }],
  })
})

test('requests in flight times the largest image stay within what the service allows', () => {
  const asked = { ...context, mostBytes: 30 * 1024 * 1024, maxConcurrency: 64 }
  expect(transformJobRequest({ name: 'n', tags: [] }, asked)).toMatchObject({
    MaxPayloadInMB: 30,
    MaxConcurrentTransforms: 3,
  })
  expect(fitsTransform(100 * 1024 * 1024)).toBe(true)
  expect(fitsTransform(100 * 1024 * 1024 + 1)).toBe(false)
})
