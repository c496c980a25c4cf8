import { expect, test } from 'vitest'
import { effectName } from './effect-name.ts'

test('an effect is named by what it changes, without ids, hashes and numbers', () => {
  const put = (Key: string) => effectName('PutObjectCommand', { Bucket: 'b', Key })
  const id = 'aaaaaaaaaaaaa'
  expect(put(`experiments/${id}/spec.json`)).toBe('document spec')
  expect(put(`experiments/${id}/prepare-voc-folders.json`)).toBe('document prepare')
  expect(put(`experiments/${id}/type-1/1/infer-3.json`)).toBe('document infer')
  expect(put(`experiments/${id}/type-1/1/resources/endpoint-config.json`)).toBe('document intent endpoint-config')
  expect(put(`experiments/${id}/outcome-2.json`)).toBe('document outcome')
  expect(put(`datasets/ds-${id}/check.json`)).toBe('document data set check')
  expect(put(`data/${id}/predictions/type-1/1/${'f'.repeat(64)}/shard-0.json`)).toBe('data predictions')
  expect(put(`data/${id}/${'f'.repeat(64)}/split-manifest.json`)).toBe('data split-manifest.json')
  expect(put(`prepared/${'f'.repeat(64)}/train/train.rec`)).toBe('channel')
  expect(put(`open/${id}`)).toBe('open entry')
  expect(effectName('DeleteObjectCommand', { Key: `open/${id}` })).toBe('removal of open entry')
  expect(effectName('CreateTrainingJobCommand', { TrainingJobName: 'a' })).toBe('CreateTrainingJob')
})

test('what only reads is no effect', () => {
  expect(effectName('GetObjectCommand', { Key: 'open/a' })).toBeUndefined()
  expect(effectName('DescribeEndpointCommand', { EndpointName: 'a' })).toBeUndefined()
  expect(effectName('ListObjectsV2Command', { Prefix: 'open/' })).toBeUndefined()
})
