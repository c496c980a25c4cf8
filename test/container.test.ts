import { join } from 'node:path'
import type { ExperimentSpecInput } from '@assay/contracts'
import { repositoryRoot, type Stack, startStack } from '@assay/dev'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeLampsCoco } from './container/lamps-coco.ts'
import { createStudy, type Study } from './study.ts'

let stack: Stack
let study: Study
let dataset: string

beforeAll(async () => {
  const registry = join(repositoryRoot, 'test/container/programs.json')
  stack = await startStack({ timeScale: 0.02, cloudArgs: ['--registry', registry] })
  study = createStudy(stack)
  dataset = await study.addDataset((folder) => makeLampsCoco(folder, 40))
})
afterAll(() => stack.stop())

type Approach = ExperimentSpecInput['approaches'][number]

const own = {
  id: 'own',
  recipe: 'container',
  trainingImage: '123456789012.dkr.ecr.us-east-1.amazonaws.com/lamps:1',
  channels: { layout: 'coco', names: { training: 'fit' } },
  hyperparameters: { epochs: 3, names: '{classNames}' },
  metrics: [{ name: 'accuracy', regex: 'accuracy=([0-9.]+)' }],
  objective: { metric: 'accuracy', direction: 'maximize' },
  response: {
    shape: 'rows',
    at: 'result.found',
    box: ['centre.x', 'centre.y', 'w', 'h'],
    boxes: 'cxcywh',
    units: 'share',
    score: 'sure',
    label: 'kind',
    labels: 'class-name',
  },
} as const satisfies Approach

test('an image of one’s own is trained, asked and scored as its spec declares, and nothing of it is left', async () => {
  // The same program, declared wrongly: what the spec says of the answer must be what is scored.
  const swapped = { ...own, id: 'swapped', response: { ...own.response, boxes: 'xywh' as const } }
  const id = await study.submit({ dataset, approaches: [own, swapped] })
  const { outcome } = await study.untilEnd(id)
  expect(outcome).toMatchObject({ state: 'succeeded', cleanup: { remaining: [] } })
  const { approaches, split } = await study.report(id)
  const [right, wrong] = approaches
  // Each rectangle is found to the pixel and named by its level, so every AP is whole.
  expect(right?.stats?.slice(0, 3)).toEqual([1, 1, 1])
  expect(right?.perCategoryAP).toEqual({ 4: 1, 11: 1 })
  expect(right?.predictions).toBe(split.test)
  expect(right?.curves).toMatchObject([{ metric: 'accuracy', points: [{ value: 1 }, { value: 1 }, { value: 1 }] }])
  expect(right).toMatchObject({ objective: { metric: 'accuracy', value: 1 }, training: { layout: 'coco' } })
  expect(right?.trainingCostUsd).toBeGreaterThan(0)
  expect(wrong?.stats?.[0]).toBeLessThan(0.5)
})

test('an image that no registry knows fails its approach with what the cloud said', async () => {
  const trainingImage = '123456789012.dkr.ecr.us-east-1.amazonaws.com/nobody:1'
  const id = await study.submit({ dataset, approaches: [{ ...own, trainingImage }] })
  const { outcome, approaches } = await study.untilEnd(id)
  expect(outcome).toMatchObject({ state: 'failed', cleanup: { remaining: [] } })
  expect(approaches[0]?.reason?.message).toContain('nobody:1')
})
