import { expect, test } from 'vitest'
import { readDemoOptions } from './demo-options.ts'

test('quick and default differ in images, epochs and trials only', () => {
  const quick = readDemoOptions(['--quick'])
  const usual = readDemoOptions([])
  expect(quick).toMatchObject({ size: { images: 180, epochs: 4, trials: 2 } })
  expect(usual).toMatchObject({ size: { images: 400, epochs: 12, trials: 3 } })
  expect({ ...Object(quick), size: 0, quick: 0 }).toEqual({ ...Object(usual), size: 0, quick: 0 })
})

test('several workers may be named at once or one after the other', () => {
  const workers = { infer: 3, train: 2 }
  expect(readDemoOptions(['--workers', 'infer=3,train=2'])).toMatchObject({ workers })
  expect(readDemoOptions(['--workers', 'infer=3', '--workers', 'train=2'])).toMatchObject({ workers })
})
