import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findJsonFault } from './json-fault.ts'

const parses = (text: string) => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('findJsonFault', () => {
  test.each([
    ['[1, 2', 1, 6, '"," or ]'],
    ['{"a": 1,\n "b" 2}', 2, 6, '":"'],
    ['[1, 2] 3', 1, 8, 'the end'],
    ['{"a": NaN}', 1, 7, 'a value'],
    ['', 1, 1, 'a value'],
    ['[1,]', 1, 4, 'a value'],
    ['{"a": 1,}', 1, 9, 'a name'],
  ])('%j has its fault at line %i column %i', (text, line, column, needed) => {
    expect(findJsonFault(text)).toEqual({ line, column, needed })
  })

  test('finds a fault just where JSON.parse does', () => {
    const damaged = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', '}', ']', ',', ':', '"', '0', 'x', '\n'))
      .map(([text, at, inserted]) => {
        const cut = at % (text.length + 1)
        return text.slice(0, cut) + inserted + text.slice(cut + (at % 2))
      })
    fc.assert(
      fc.property(damaged, (text) => {
        expect(findJsonFault(text) === undefined).toBe(parses(text))
      }),
    )
  })
})
