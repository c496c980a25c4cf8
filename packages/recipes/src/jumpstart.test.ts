import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { S3Client } from '@aws-sdk/client-s3'
import { approachSpecSchema } from '@assay/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkApproach } from './check-approach.ts'
import { createRecipes, recipeOf, type Recipes } from './recipes.ts'

const region = 'us-east-1'
const images = { variants: { g5: { regional_properties: { image_uri: '1.dkr.ecr.us-east-1.amazonaws.com/mxnet:1' } } } }
const aSpec = (more: object) => ({
  model_id: 'mxnet-od-ssd',
  version: '1.0.0',
  training_supported: true,
  training_script_key: 'script.tar.gz',
  training_artifact_key: 'artifact.tar.gz',
  training_instance_type_variants: images,
  hyperparameters: [],
  metrics: [],
  ...more,
})

const specs: Record<string, object> = {
  'mxnet-od-fit': aSpec({
    metrics: [
      { Name: 'CrossEntropy', Regex: 'CrossEntropy=([0-9\\.]+)' },
      { Name: 'Val_CrossEntropy', Regex: 'Val_CrossEntropy=([0-9\\.]+)' },
    ],
  }),
  'mxnet-od-old': aSpec({ model_id: 'mxnet-od-old', deprecated: true }),
  'mxnet-od-weak': aSpec({ model_id: 'mxnet-od-weak', training_vulnerable: true }),
  'mxnet-od-fixed': aSpec({ model_id: 'mxnet-od-fixed', training_supported: false, deprecated: true }),
  'mxnet-od-bare': aSpec({ model_id: 'mxnet-od-bare', training_script_key: null }),
  'mxnet-od-strange': { model_id: 'mxnet-od-strange', version: 1 },
}

/** The region's bucket as a web server: what the recipe reads of it is a manifest and a spec a model. */
const startBucket = async (): Promise<Server> => {
  const manifest = Object.keys(specs).map((id) => ({ model_id: id, version: '1.0.0', spec_key: `${id}.json` }))
  const objects: Record<string, unknown> = {
    'models_manifest.json': manifest,
    ...Object.fromEntries(Object.entries(specs).map(([id, spec]) => [`${id}.json`, spec])),
  }
  const server = createServer((request, response) => {
    const key = new URL(request.url ?? '', 'http://bucket').pathname.replace(`/jumpstart-cache-prod-${region}/`, '')
    response.end(JSON.stringify(objects[key]))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return server
}

let server: Server
let recipes: Recipes
beforeAll(async () => {
  server = await startBucket()
  const s3 = new S3Client({
    region,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forcePathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
  recipes = createRecipes({ s3, region, bucket: 'assay' })
})
afterAll(() => server.close())

const asked = (settings: object) => {
  const spec = approachSpecSchema.parse({
    id: 'a',
    recipe: 'jumpstart',
    instanceTypes: ['ml.g5.xlarge'],
    endpoint: { instanceTypes: ['ml.g5.xlarge'] },
    ...settings,
  })
  return { spec, recipe: recipeOf(recipes, spec) }
}
const faultsOf = (settings: object) => {
  const { spec, recipe } = asked(settings)
  return checkApproach(recipe, spec, { readableBuckets: [] })
}

test.each([
  ['is deprecated', { modelId: 'mxnet-od-old' }, 'mxnet-od-old 1.0.0 is deprecated: AWS advises against it'],
  ['trains in a weak image', { modelId: 'mxnet-od-weak' }, 'a training image with known weaknesses'],
  ['cannot be fine-tuned', { modelId: 'mxnet-od-fixed' }, 'mxnet-od-fixed 1.0.0 cannot be fine-tuned'],
  ['has no script', { modelId: 'mxnet-od-bare' }, 'names no training script or artifact'],
  ['nobody knows', { modelId: 'mxnet-od-none' }, 'JumpStart has no model mxnet-od-none in this region'],
  ['has no such version', { modelId: 'mxnet-od-fit', modelVersion: '2.*' }, 'no version 2.*; known are 1.0.0'],
  ['is no detector', { modelId: 'huggingface-llm-x' }, 'a detector whose id begins with mxnet-od-, pytorch-od1-'],
  ['has a spec of another form', { modelId: 'mxnet-od-strange' }, 'is no spec that Assay can read'],
])('a model that %s is refused at its place', async (_what, settings, detail) => {
  expect(await faultsOf(settings)).toEqual([{ pointer: '/modelId', detail: expect.stringContaining(detail) }])
})

test('what AWS advises against is used where that is allowed', async () => {
  const allowDeprecated = true
  expect(await faultsOf({ modelId: 'mxnet-od-old', allowDeprecated })).toEqual([])
  expect(await faultsOf({ modelId: 'mxnet-od-weak', allowDeprecated })).toEqual([])
  const [fault] = await faultsOf({ modelId: 'mxnet-od-fixed', allowDeprecated })
  expect(fault?.detail).toContain('cannot be fine-tuned')
})

test('a metric is not read from the lines of one whose name ends alike', async () => {
  const { recipe, spec } = asked({ modelId: 'mxnet-od-fit' })
  const read = async (name: string, line: string) => {
    const metric = (await recipe.metrics(spec)).find((one) => one.name === name)
    return new RegExp(metric?.regex ?? '').exec(line)?.[1]
  }
  // The first two come from the model's spec, which anchors nothing; the others from what its framework logs.
  for (const name of ['CrossEntropy', 'SmoothL1']) {
    for (const line of [`[Epoch 3] Val_${name}=0.5`, `Val_${name}=0.5`]) {
      expect(await read(name, line)).toBeUndefined()
      expect(await read(`Val_${name}`, line)).toBe('0.5')
    }
    for (const line of [`${name}=0.25`, `[Epoch 3] ${name}=0.25, Val_${name}=0.5`, `Val_${name}=0.5,${name}=0.25`])
      expect(await read(name, line)).toBe('0.25')
  }
})
