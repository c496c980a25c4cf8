/**
 * mulberry32: a 32-bit generator of numbers in [0, 1), all of its chance from the seed.
 * Tommy Ettinger, 2017, public domain; the same numbers on every machine.
 */
export const createRandom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A shuffled copy (Fisher–Yates from the end). */
export const shuffled = <Item>(items: readonly Item[], random: () => number): Item[] => {
  const copy = [...items]
  for (let end = copy.length - 1; end > 0; end--) {
    const other = Math.floor(random() * (end + 1))
    const swapped = copy[end]
    copy[end] = copy[other]
    copy[other] = swapped
  }
  return copy
}
