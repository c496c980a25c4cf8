import { expect, test } from 'vitest'
import { createFetchJudge, type FetchLook } from './watch-fetching.ts'

const judgeAll = (...looks: Partial<FetchLook>[]) => {
  const judge = createFetchJudge(60)
  return looks.map((look, index) => judge({ next: 'a', signs: 0, isFree: true, nowMs: index * 15, ...look }))
}
const silence = Array.from({ length: 4 }, () => ({}))

test('a job that is left lying by a worker with room for it is named once it has lain for long enough', () => {
  expect(judgeAll(...silence, {})).toEqual([undefined, undefined, undefined, undefined, 'a'])
})

test('a worker that takes others, meets errors, is full, or has nothing to take is not judged', () => {
  for (const sign of [{ signs: 1 }, { isFree: false }, { next: undefined }, { next: 'b' }])
    expect(judgeAll({}, {}, sign, {}, {}).at(-1)).toBeUndefined()
})

test('what went by while nobody looked counts for nothing: Redis was away, or the process stood still', () => {
  expect(judgeAll({}, {}, ...silence.map((_, index) => ({ nowMs: 1_000 + index * 15 })))).not.toContain('a')
})
