import { expect, test } from 'vitest'
import { matchOutputs } from './match-outputs.ts'

const images = [
  { id: 1, key: 'sets/steel/a/one.jpg' },
  { id: 2, key: 'sets/steel/b/one.jpg' },
  { id: 3, key: 'sets/steel/b/two.jpg' },
]

test.each([
  ['the manifest’s names', ['a/one.jpg.out', 'b/one.jpg.out', 'b/two.jpg.out']],
  ['whole keys', ['sets/steel/a/one.jpg.out', 'sets/steel/b/one.jpg.out', 'sets/steel/b/two.jpg.out']],
])('outputs under %s are matched', (_, outputs) => {
  expect([...matchOutputs(images, outputs)]).toEqual(outputs.map((output, index) => [index + 1, output]))
})

test('an output that may answer two images is refused, one that answers none is left out', () => {
  expect(() => matchOutputs(images, ['one.jpg.out'])).toThrow('one of 2 images')
  expect([...matchOutputs(images, ['manifest.json.out', 'two.jpg.out'])]).toEqual([[3, 'two.jpg.out']])
})
