import { expect, test } from 'vitest'
import { typeAfter, typesOfOneRequest } from './instance-choice.ts'

const study = ['ml.p3.2xlarge', 'ml.g4dn.xlarge', 'ml.m5.4xlarge', 'ml.g5.xlarge']

test('one request asks for the types in order, up to the first that takes another image', () => {
  expect(typesOfOneRequest(study)).toEqual(['ml.p3.2xlarge', 'ml.g4dn.xlarge'])
  expect(typesOfOneRequest(study, 'ml.g4dn.xlarge')).toEqual(['ml.g4dn.xlarge'])
  expect(typesOfOneRequest(study, 'ml.m5.4xlarge')).toEqual(['ml.m5.4xlarge'])
  expect(typesOfOneRequest(['ml.m5.xlarge'])).toEqual(['ml.m5.xlarge'])
})

test('after the last type none is left, and a type that is not in the list leaves none either', () => {
  expect(typeAfter(study, 'ml.g4dn.xlarge')).toBe('ml.m5.4xlarge')
  expect(typeAfter(study, 'ml.g5.xlarge')).toBeUndefined()
  expect(typeAfter(study, 'ml.g6.xlarge')).toBeUndefined()
})
