import { approachSpecSchema, experimentSpecSchema, type PreparedChannels } from '@assay/contracts'
import type { ExperimentRecord } from '@assay/pipeline'
import { expect, test } from 'vitest'
import { trainingFields } from './training-fields.ts'

const hash = (letter: string) => letter.repeat(64)
const uriOf = (experimentId: string, key: string) => `s3://assay/data/${experimentId}/${key}`

/** A script's request in an experiment, with its code at a key that contains its hash. */
const fieldsOf = (experimentId: string, { code = hash('c'), images = hash('a') } = {}) => {
  const spec = approachSpecSchema.parse({
    id: 'ddn',
    recipe: 'pytorch-script',
    instanceTypes: ['ml.g5.xlarge', 'ml.g5.2xlarge'],
  })
  const channel = (ChannelName: string, S3Uri: string) => ({
    ChannelName,
    DataSource: { S3DataSource: { S3DataType: 'S3Prefix' as const, S3Uri } },
  })
  const prepared: PreparedChannels = {
    layout: 'voc-folders',
    channels: [
      { name: 'training', s3Uri: `s3://assay/prepared/${images}/training/`, images: 3, contentSha256: images },
    ],
    classes: [1],
    trainImages: 3,
    seenParts: ['train'],
    maxObjects: 1,
  }
  return trainingFields({
    experiment: {
      id: experimentId,
      spec: experimentSpecSchema.parse({ name: 'x', dataset: 'ds-aaaaaaaaaaaaa', approaches: [spec] }),
      dataset: { check: { fingerprint: hash('d') } } as ExperimentRecord['dataset'],
    },
    prepared,
    spec,
    plan: {
      image: 'pytorch:1',
      inputMode: 'File',
      hyperparameters: {},
      channels: [
        channel('training', prepared.channels[0]?.s3Uri ?? ''),
        channel('code', uriOf(experimentId, `code-ddn/${code}/`)),
        channel('model', 's3://jumpstart/model-1.0.tar.gz'),
      ],
      networkIsolation: true,
      uploads: [],
    },
    instanceTypes: spec.instanceTypes ?? [],
    objective: { metric: 'm', direction: 'maximize' },
    bucket: 'assay',
  })
}

test('two experiments that ask for the same have the same fields, wherever their channels lie', () => {
  const fields = fieldsOf('aaaaaaaaaaaaa')
  expect(fieldsOf('bbbbbbbbbbbbb')).toEqual(fields)
  expect(fields.channels).toEqual({
    training: { content: hash('a') },
    code: { content: `code-ddn/${hash('c')}/` },
    model: { content: 's3://jumpstart/model-1.0.tar.gz' },
  })
  expect(fields.instanceFamilies).toEqual(['g5'])
})

test('another tarball of code and other images are other fields', () => {
  const fields = fieldsOf('aaaaaaaaaaaaa')
  expect(fieldsOf('aaaaaaaaaaaaa', { code: hash('e') })).not.toEqual(fields)
  expect(fieldsOf('aaaaaaaaaaaaa', { images: hash('b') })).not.toEqual(fields)
})
