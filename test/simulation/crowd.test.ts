import { expect, test } from 'vitest'
import { noFaults } from './faults.ts'
import { World } from './world.ts'

test('where ten thousand other stages wait, an experiment ends within 15 minutes of virtual time, for the poller wakes its stages', async () => {
  expect(await new World(1, { ...noFaults, crowd: 10_000 }).run(15 * 60_000)).toBe(true)
})
