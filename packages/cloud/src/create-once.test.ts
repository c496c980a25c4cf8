import { SageMakerClient } from '@aws-sdk/client-sagemaker'
import { expect, test } from 'vitest'
import { type CreateOnce, createOnce } from './create-once.ts'
import { classifyError } from './classify-error.ts'
import { tagNames } from './names.ts'

const specSha256 = 'a'.repeat(64)
const missing = Object.assign(new Error('Could not find model'), { name: 'ValidationException' })
const taken = Object.assign(new Error('Cannot create already existing model'), { name: 'ValidationException' })

/** A cloud with one name in it: what is called, in its order. */
const aCloud = ({ exists = false, visible = true, stopped = [] as boolean[], tag = specSha256 } = {}) => {
  const calls: string[] = []
  const state = { exists }
  const sagemaker = Object.assign(Object.create(SageMakerClient.prototype) as SageMakerClient, {
    send: async () => ({ Tags: [{ Key: tagNames.spec, Value: tag }] }),
  })
  const input: CreateOnce<{ arn: string }> = {
    sagemaker,
    name: 'assay-x',
    specSha256,
    recordIntent: async () => calls.push('intent'),
    describe: async () => {
      calls.push('describe')
      if (!state.exists || !visible) throw missing
      return { arn: 'arn' }
    },
    arnOf: ({ arn }) => arn,
    create: async () => {
      calls.push('create')
      if (state.exists) throw taken
      state.exists = true
    },
    isStopped: async () => stopped.shift() ?? false,
    undo: async () => calls.push('undo'),
  }
  return { calls, run: () => createOnce(input) }
}

test('the intent is written and the name looked for before anything is created', async () => {
  const { calls, run } = aCloud()
  await run()
  expect(calls).toEqual(['intent', 'describe', 'create', 'describe'])
})

test('what is there already is adopted, not created', async () => {
  const { calls, run } = aCloud({ exists: true })
  await run()
  expect(calls).toEqual(['intent', 'describe'])
})

test('what carries the hash of another spec is left alone', async () => {
  const { calls, run } = aCloud({ exists: true, tag: 'b'.repeat(64) })
  await expect(run()).rejects.toMatchObject({ code: 'name_collision' })
  expect(calls).toEqual(['intent', 'describe'])
})

test.each([
  ['created just now', false],
  ['refused because it exists', true],
])('a resource that cannot be found yet, %s, is waited for and costs no try', async (_how, exists) => {
  const { calls, run } = aCloud({ exists, visible: false })
  const error = await run().catch((met: unknown) => met)
  expect(classifyError(error)).toMatchObject({ kind: 'wait', reason: expect.stringContaining('cannot be found yet') })
  expect(calls).toEqual(['intent', 'describe', 'create', 'describe'])
})

test('an attempt that was stopped creates nothing', async () => {
  const { calls, run } = aCloud({ stopped: [true] })
  await expect(run()).rejects.toMatchObject({ code: 'canceled' })
  expect(calls).toEqual(['intent', 'describe'])
})

test('an attempt that was stopped while it created undoes its own', async () => {
  const { calls, run } = aCloud({ stopped: [false, true] })
  await expect(run()).rejects.toMatchObject({ code: 'canceled' })
  expect(calls).toEqual(['intent', 'describe', 'create', 'undo'])
})
