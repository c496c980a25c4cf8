import { S3Client } from '@aws-sdk/client-s3'
import { approachSpecSchema } from '@assay/contracts'
import { expect, test } from 'vitest'
import { checkApproach } from './check-approach.ts'
import { createRecipes, recipeOf } from './recipes.ts'

/** Nothing listens there: what reads an object fails with a passing error, which is no fault. */
const s3 = new S3Client({
  region: 'us-east-1',
  endpoint: 'http://127.0.0.1:1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  forcePathStyle: true,
  maxAttempts: 1,
})
const recipes = createRecipes({ s3, region: 'us-east-1', bucket: 'assay' })
const faultsOf = (source: string) => {
  const spec = approachSpecSchema.parse({ id: 'a', recipe: 'pytorch-script', source })
  return checkApproach(recipeOf(recipes, spec), spec, { readableBuckets: ['assay', 'shared.data'] })
}

test.each(['secrets', 'assay-2', 'shared', 'shared.data2', 'shared-data'])(
  'a source in bucket %s is refused at its place and not read',
  async (bucket) => {
    const detail = `bucket ${bucket} met, this installation's bucket or one of ASSAY_DATASET_BUCKETS needed: assay, shared.data`
    expect(await faultsOf(`s3://${bucket}/assay/sourcedir.tar.gz`)).toEqual([{ pointer: '/source', detail }])
  },
)

test.each(['assay', 'shared.data'])('a source in bucket %s is read', async (bucket) => {
  await expect(faultsOf(`s3://${bucket}/code/sourcedir.tar.gz`)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

test('a source that ships with Assay lies in no bucket', async () => {
  expect(await faultsOf('ddn')).toEqual([])
})
