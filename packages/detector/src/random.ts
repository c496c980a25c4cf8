/** A number in [0, 1), the next of a sequence that its seed fixes. */
export type Random = () => number

/** Mulberry32: small, fast, good enough for initial weights and augmentation. Its `state()` is the seed of the rest of the sequence. */
export const createRandom = (seed: number): Random & { state: () => number } => {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return Object.assign(next, { state: () => state })
}

/** Standard normal, by Box and Muller. */
export const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** Shuffles in place (Fisher and Yates) and answers the same array. */
export const shuffle = <T extends { length: number; [index: number]: unknown }>(items: T, random: Random): T => {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const kept = items[i]
    items[i] = items[j]
    items[j] = kept
  }
  return items
}
