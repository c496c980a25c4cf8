import { experimentSpecSchema } from '@assay/contracts'
import { createTiming } from '@assay/pipeline'
import { START_MS } from './scheduler.ts'

export const timing = createTiming(1)
export const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
export const EXPERIMENT_ID = 'aaaaaaaaaaaaa'
export const INSTALLATION = 'bbbbbbbbbbbbb'
export const sha256 = 'a'.repeat(64)
export const stored = { key: 'k', sha256, bytes: 1 }

/** One approach that trains and has an endpoint, one that tunes and has a transform job. */
export const spec = experimentSpecSchema.parse({
  name: 'simulated',
  dataset: 'ds-aaaaaaaaaaaaa',
  inference: { shardImages: 10 },
  approaches: [
    {
      id: 'one',
      recipe: 'sagemaker-object-detection',
      instanceTypes: ['ml.g4dn.xlarge', 'ml.m5.xlarge'],
      endpoint: { maxConcurrency: 2 },
    },
    {
      id: 'two',
      recipe: 'jumpstart',
      modelId: 'm',
      inference: 'transform',
      tuning: { maxTrials: 2, maxParallel: 2, ranges: { lr: { type: 'continuous', min: 0.1, max: 1 } } },
    },
  ],
})

const acceptedAt = new Date(START_MS).toISOString()
/** One object for all runs: the fold checks each document against its schema once, and this is the largest. */
export const acceptedDocument: object = {
  writer: 'w',
  id: EXPERIMENT_ID,
  createdAt: acceptedAt,
  installation: INSTALLATION,
  environment: 'local',
  spec,
  specSha256: sha256,
  dataset: {
    record: {
      writer: 'w',
      id: spec.dataset,
      name: 'd',
      createdAt: acceptedAt,
      location: 's3://bucket/d/',
      upload: false,
    },
    check: {
      status: 'ready',
      checkedAt: acceptedAt,
      fingerprint: sha256,
      manifest: stored,
      images: 100,
      boxes: 100,
      classes: [{ categoryId: 1, name: 'c', images: 100, boxes: 100 }],
      duplicates: [],
      faults: { count: 0, byCode: {}, first: [] },
    },
  },
}
