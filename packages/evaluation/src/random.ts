/** Numbers in [0, 1) from a seed: sfc32 (C. Doty-Humphrey, PractRand), which passes its author's tests and is the same on every machine. */
export const createRandom = (seed: number): (() => number) => {
  let a = seed | 0
  let b = Math.floor(seed / 2 ** 32) | 0
  let c = 0x9e3779b9
  let counter = 1
  const next = () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 2 ** 32
  }
  // Seeds that differ in one bit give unlike numbers only after some rounds.
  for (let round = 0; round < 15; round++) next()
  return next
}
