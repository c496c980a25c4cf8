import { createRandom } from './scheduler.ts'
import type { Faults } from './world.ts'

/** What may go wrong under a seed: everything now and then, nothing always. */
export const faultsOf = (seed: number): Faults => {
  const random = createRandom(seed ^ 0x5eed)
  const some = (probability: number, most: number) => (random.chance(probability) ? random.between(0, most) : 0)
  return {
    duplicate: some(0.5, 0.3),
    lose: some(0.4, 0.2),
    refuse: some(0.5, 0.1),
    loseAnswer: some(0.5, 0.1),
    freeze: some(0.4, 0.02),
    kills: Math.round(some(0.5, 6)),
    flushes: Math.round(some(0.3, 3)),
    cancel: random.chance(0.15),
    retry: random.chance(0.1),
    invisibleMs: some(0.3, 30_000),
    withoutGpus: random.chance(0.2),
    internalErrors: random.chance(0.2) ? (random.chance(0.5) ? 1 : 2) : 0,
    crowd: random.chance(0.5) ? 10_000 : 0,
  }
}
