import { expect, test } from 'vitest'
import { keepNewest } from './keep-newest.ts'

test('what was used last is made once, even while it is being made; what was used longest ago is forgotten', async () => {
  const made: string[] = []
  const keep = keepNewest<string>(2)
  const use = (key: string) =>
    keep(key, async () => {
      made.push(key)
      return key
    })
  await Promise.all([use('a'), use('a'), use('b')])
  await use('a')
  await use('c')
  expect(made).toEqual(['a', 'b', 'c'])
  await use('a')
  expect(made).toEqual(['a', 'b', 'c'])
  await use('b')
  expect(made).toEqual(['a', 'b', 'c', 'b'])
})

test('what failed is made again', async () => {
  const keep = keepNewest<number>(2)
  await expect(keep('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away')
  expect(await keep('a', async () => 1)).toBe(1)
})
