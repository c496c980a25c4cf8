import { expect, test } from 'vitest'
import { formatDuration } from './format-duration.ts'

test.each([
  [-5, '0 s'],
  [0.4, '0 s'],
  [12, '12 s'],
  [60, '1 min'],
  [192, '3 min 12 s'],
  [3600, '1 h'],
  [3659, '1 h'],
  [7500, '2 h 5 min'],
  [86_400 * 3 + 4 * 3600 + 59, '3 d 4 h'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text)
})

test('its text works by itself, as the page needs it', () => {
  // oxlint-disable-next-line typescript/no-implied-eval, typescript/no-unsafe-call, eslint/no-new-func -- what the browser does with it
  expect(new Function(`return (${formatDuration.toString()})(192)`)()).toBe('3 min 12 s')
})
