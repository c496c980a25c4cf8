import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { createCloudClients } from '@assay/cloud'
import {
  type ApproachSpec,
  approachSpecSchema,
  channelLayouts,
  type DatasetManifest,
  experimentSpecSchema,
  layoutOf,
} from '@assay/contracts'
import { describePrepared, freezeSplit, planChannels } from '@assay/datasets'
import { repositoryRoot } from '@assay/dev'
import { type LocalCloud, requestFault, startLocalCloud } from '@assay/local-cloud'
import type { ExperimentRecord } from '@assay/pipeline'
import { planAttempt } from '@assay/planner'
import { rateFor, storageRateFor, worstCase } from '@assay/pricing'
import { checkApproach, createRecipes, loadPresets, recipeOf } from '@assay/recipes'
import { packSource } from '@assay/sources'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'

const folder = join(repositoryRoot, 'packages/recipes/samples')
const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml'))
const region = 'us-east-1'

let cloud: LocalCloud
let recipes: ReturnType<typeof createRecipes>
beforeAll(async () => {
  cloud = await startLocalCloud({ dataDir: await mkdtemp(join(tmpdir(), 'assay-bodies-')) })
  const { s3 } = createCloudClients({ region, cloudUrl: cloud.url })
  await s3.send(new CreateBucketCommand({ Bucket: 'my-bucket' }))
  const script = join(await mkdtemp(join(tmpdir(), 'assay-source-')), 'main.py')
  await writeFile(script, 'the same bytes always')
  const { bytes } = await packSource([{ name: 'main.py', path: script, bytes: 21 }])
  await s3.send(new PutObjectCommand({ Bucket: 'my-bucket', Key: 'code/sourcedir.tar.gz', Body: bytes }))
  await s3.send(new PutObjectCommand({ Bucket: 'my-bucket', Key: 'weights/detector.pth', Body: 'weights' }))
  recipes = createRecipes({ s3, region, bucket: 'assay' })
})
afterAll(() => cloud.close())

const manifest: DatasetManifest = {
  schemaVersion: 1,
  layout: 'coco',
  bucket: 'photos',
  categories: [
    { id: 3, name: 'nut' },
    { id: 17, name: 'bolt' },
  ],
  images: Array.from({ length: 20 }, (_, index) => ({
    id: index + 1,
    file: `images/${index}.jpg`,
    key: `sets/one/images/${index}.jpg`,
    sha256: index.toString(16).padStart(64, '0'),
    bytes: 1000,
    widthPx: 200,
    heightPx: 100,
    format: 'jpeg' as const,
    objects: [{ categoryId: index % 2 ? 3 : 17, box: [1, 2, 30, 40] }],
  })),
}

/** Everything that a plan of these approaches is made of. */
const anExperiment = (approaches: unknown[]) => {
  const spec = experimentSpecSchema.parse({ name: 'bodies', dataset: `ds-${'a'.repeat(13)}`, approaches })
  const { split } = freezeSplit(manifest, spec.split, 'f'.repeat(64))
  const prepared = new Map(
    channelLayouts.map((layout) => [
      layout,
      describePrepared(layout, planChannels(layout, manifest, split), {
        bucket: 'assay',
        prefix: `prepared/${layout}/`,
        categories: manifest.categories,
      }),
    ]),
  )
  const classes = manifest.categories.map(({ id, name }) => ({ categoryId: id, name, images: 10, boxes: 10 }))
  return {
    id: 'b'.repeat(13),
    installation: 'installation',
    specSha256: '0'.repeat(64),
    spec,
    dataset: { record: { location: 's3://photos/sets/one/' }, check: { classes, fingerprint: 'f'.repeat(64) } },
    prepared,
    answered: { bucket: 'photos', images: { test: manifest.images.slice(0, 4), validation: [] } },
  } as unknown as Parameters<typeof planAttempt>[0]
}

/** The experiment that the samples start warm from. */
const parent = {
  approaches: [{ id: 'tuned', train: { output: { kind: 'tuning', jobName: 'assay-aaaaaaaaaaaaa-00-01' } } }],
} as unknown as ExperimentRecord

const bodiesOf = async (approaches: readonly ApproachSpec[]) => {
  const experiment = anExperiment([...approaches])
  const deps = {
    recipes,
    bucket: 'assay',
    roleArn: 'arn:aws:iam::123456789012:role/assay',
    loadExperiment: async () => parent,
  }
  const planned = await Promise.all(approaches.map((_, index) => planAttempt(experiment, index, deps)))
  return planned.flatMap(({ requests }, index) =>
    requests.map(({ operation, body }) => ({ approach: approaches[index]?.id, operation, body })),
  )
}

const faultsOf = async (approaches: readonly ApproachSpec[]) => {
  const settings = await Promise.all(
    approaches.map((spec) => checkApproach(recipeOf(recipes, spec), spec, { readableBuckets: ['my-bucket'] })),
  )
  const bodies = (await bodiesOf(approaches)).flatMap(({ approach, operation, body }) => {
    const fault = requestFault(operation, body)
    return fault === undefined ? [] : [`${approach}: ${operation}: ${fault}`]
  })
  return [...settings.flat(), ...bodies]
}

test('there are samples of every recipe', () => {
  expect(names.map((name) => name.replace('.yaml', '')).sort()).toEqual(Object.keys(recipes).sort())
})

describe.each(names)('%s', (name) => {
  const load = async () =>
    (parse(await readFile(join(folder, name), 'utf8')) as unknown[]).map((one) => approachSpecSchema.parse(one))

  test('samples have no fault, and the service model takes every body', async () => {
    expect(await faultsOf(await load())).toEqual([])
  })

  test('bodies are exactly these', async () => {
    const bodies = `${JSON.stringify(await bodiesOf(await load()), null, 2)}\n`
    await expect(bodies).toMatchFileSnapshot(join(folder, name.replace('.yaml', '.bodies.json')))
  })

  test('every approach reads a layout that is prepared', async () => {
    for (const spec of await load()) expect(channelLayouts).toContain(layoutOf(spec))
  })
})

describe('presets', () => {
  const presets = loadPresets()

  test('have names of their own and approaches of different ids', () => {
    expect(presets.map(({ id }) => id)).toEqual(['modern', 'quick', 'study'])
    expect(new Set(presets.map(({ title }) => title)).size).toBe(presets.length)
    for (const { spec } of presets) {
      const ids = spec.approaches.map((approach) => approach['id'])
      expect(new Set(ids).size).toBe(ids.length)
    }
  })

  test.each(presets)('$id has no fault, and the service model takes every body', async ({ spec }) => {
    expect(await faultsOf(spec.approaches.map((one) => approachSpecSchema.parse(one)))).toEqual([])
  })

  test('quick cannot cost more than $10', () => {
    const { spec } = presets.find(({ id }) => id === 'quick') ?? {}
    const parsed = experimentSpecSchema.parse({ ...spec, name: 'quick', dataset: `ds-${'a'.repeat(13)}` })
    const { microUsd } = worstCase(parsed, {
      region,
      rateFor,
      storageRateFor,
      instanceTypesOf: (approach) => approach.instanceTypes ?? recipeOf(recipes, approach).defaultInstanceTypes,
    })
    expect(microUsd).toBeLessThanOrEqual(10_000_000)
    expect(parsed.budget?.maxUsd).toBe(10)
  })
})
