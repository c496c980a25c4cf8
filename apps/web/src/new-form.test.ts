import { expect, test } from 'vitest'
import { fillForm, readForm } from './new-form.ts'

const presets = [
  { id: 'study', title: 'The study', description: 'five', spec: { approaches: [{ id: 'a' }] } },
  { id: 'quick', title: 'Quick', description: 'one', spec: { approaches: [{ id: 'b' }] } },
]
const shown = fillForm(presets, { name: 'n', dataset: 'd', preset: 'study' })
const send = (fields: Partial<typeof shown>) => readForm(presets, { ...shown, shown: JSON.stringify(shown), ...fields })

test('a form is filled from a preset, the first where none is named', () => {
  expect(JSON.parse(fillForm(presets, {}).spec)).toEqual({ name: 'The study', dataset: '', approaches: [{ id: 'a' }] })
  expect(JSON.parse(shown.spec)).toEqual({ name: 'n', dataset: 'd', approaches: [{ id: 'a' }] })
})

test('what was not touched is submitted as shown', () => {
  expect(send({}).spec).toEqual(JSON.parse(shown.spec))
})

test('a field that was changed goes into the JSON, one that was not leaves the JSON as it is', () => {
  const spec = '{"name": "from JSON", "dataset": "d", "approaches": []}'
  expect(send({ spec }).spec).toEqual({ name: 'from JSON', dataset: 'd', approaches: [] })
  expect(send({ spec, dataset: 'other' }).spec).toEqual({ name: 'from JSON', dataset: 'other', approaches: [] })
  expect(send({ name: 'changed' }).spec).toMatchObject({ name: 'changed', dataset: 'd' })
})

test('another preset replaces JSON that was not touched, and only that', () => {
  expect(send({ preset: 'quick', name: 'x' }).spec).toEqual({ name: 'x', dataset: 'd', approaches: [{ id: 'b' }] })
  const spec = '{"approaches": []}'
  expect(send({ preset: 'quick', spec }).spec).toEqual({ approaches: [] })
})

test('line ends of a form are no change', () => {
  expect(send({ preset: 'quick', spec: shown.spec.replaceAll('\n', '\r\n') }).spec).toMatchObject({
    approaches: [{ id: 'b' }],
  })
})

test('what is not JSON is kept to be shown, and JSON that is no object is passed on to be refused', () => {
  expect(send({ spec: '{"name":' })).toEqual({ values: { ...shown, spec: '{"name":' } })
  expect(send({ spec: '[1]' }).spec).toEqual([1])
})
