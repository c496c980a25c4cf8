import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { jumpStartObjects } from './index.ts'

const REGION = 'eu-west-1'

const readBucket = async () => {
  const objects = await jumpStartObjects(REGION)
  return new Map(objects.map(({ key, body }) => [key, body]))
}
const json = (body: Buffer | undefined): unknown => JSON.parse(body?.toString() ?? 'null')

interface ManifestEntry {
  model_id: string
  version: string
  spec_key: string
}

test('the manifest leads to the spec of every version, and the spec to objects that are there', async () => {
  const bucket = await readBucket()
  const manifest = json(bucket.get('models_manifest.json')) as ManifestEntry[]
  const versions = manifest
    .filter(({ model_id }) => model_id === 'mxnet-od-ssd-512-vgg16-atrous-voc')
    .map(({ version }) => version)
  expect(versions).toEqual(['1.3.0', '2.0.0'])
  expect(new Set(manifest.map(({ model_id }) => model_id)).size).toBeGreaterThan(1)
  for (const { model_id, version, spec_key } of manifest) {
    const spec = json(bucket.get(spec_key)) as Record<string, unknown>
    expect(spec).toMatchObject({ model_id, version, training_supported: true })
    const keys = Object.entries(spec).filter(([name]) => /_(artifact|script)_key$/.test(name))
    expect(keys).toHaveLength(6)
    for (const [, key] of keys) expect([...bucket.keys()]).toContain(key)
  }
})

test('a spec names an image of its region for processors with and without graphics cards', async () => {
  const bucket = await readBucket()
  const spec = json(bucket.get('community_models/mxnet-od-ssd-512-vgg16-atrous-voc/specs_v2.0.0.json'))
  expect(spec).toMatchObject({
    training_instance_type_variants: {
      regional_aliases: {
        [REGION]: {
          gpu_ecr_uri_1: `763104351884.dkr.ecr.${REGION}.amazonaws.com/mxnet-training:1.9.0-gpu-py38`,
          cpu_ecr_uri_1: `763104351884.dkr.ecr.${REGION}.amazonaws.com/mxnet-training:1.9.0-cpu-py38`,
        },
      },
      variants: {
        g4dn: { regional_properties: { image_uri: '$gpu_ecr_uri_1' } },
        m5: { regional_properties: { image_uri: '$cpu_ecr_uri_1' } },
      },
    },
  })
})

test('the same bucket is made of the same bytes', async () => {
  const hashes = async () =>
    [...(await readBucket())].map(([key, body]) => [key, createHash('sha256').update(body).digest('hex')])
  expect(await hashes()).toEqual(await hashes())
})
