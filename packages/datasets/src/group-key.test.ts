import type { SplitSpec } from '@assay/contracts'
import { describe, expect, it, test } from 'vitest'
import { groupKeys } from './group-key.ts'
import { anImage } from './testing/builders.ts'

const files = ['film1/0001.jpg', 'film1/0002.jpg', 'film2/0001.jpg', 'other.jpg'].map((file, index) =>
  anImage(index + 1, [1], { file, ...(index < 2 ? { fields: { camera: 'north' } } : {}) }),
)
const keys = (groupBy: NonNullable<SplitSpec['groupBy']>, images = files) => groupKeys(images, groupBy)

describe('a group', () => {
  it('is what the pattern captures of the path', () => {
    expect(keys({ file: '^(film\\d+)/' })).toEqual(['film1', 'film1', 'film2', undefined])
    expect(keys({ file: '^(film)(\\d+)/0*(?:\\d+)' })).toEqual(['film/1', 'film/1', 'film/2', undefined])
  })
  it('is none where nothing is captured', () => {
    expect(keys({ file: '^(film\\d+)?' })).toEqual(['film1', 'film1', 'film2', undefined])
  })
  it('is the value of a field', () => {
    expect(keys({ field: 'camera' })).toEqual(['north', 'north', undefined, undefined])
  })
})

test.each([
  ['(', 'missing closing )'],
  ['(a)(?=b)', '(?='],
  ['(a)\\1', '\\1'],
  ['film', 'captures nothing'],
  ['(nowhere)', 'fits none of 4 paths, the first is film1/0001.jpg'],
])('the pattern %s is refused: %s', (file, message) => {
  expect(() => keys({ file })).toThrow(message)
})

test('a field that no image has is refused with those that there are', () => {
  expect(() => keys({ field: 'film' })).toThrow('no image has a field film; fields of this data set: camera')
})

test.each(['^(a+)+$', '^(a|aa)+$', '(.*)*x', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
  'the pattern %s, which would keep a backtracking matcher for years, takes no longer than others',
  (file) => {
    const images = [anImage(1, [1], { file: 'a'.repeat(900) }), anImage(2, [1], { file: `${'a'.repeat(900)}!` })]
    expect(() => {
      try {
        keys({ file }, images)
      } catch (error) {
        if (!String(error).includes('fits none')) throw error
      }
    }).not.toThrow()
  },
)
