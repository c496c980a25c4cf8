import { createHash } from 'node:crypto'

/** Uniform numbers in [0, 1) that depend on the words alone (sfc32, seeded with their SHA-256). */
export const createRandom = (...words: (string | number)[]): (() => number) => {
  const digest = createHash('sha256').update(words.join('\n')).digest()
  let a = digest.readUInt32LE(0)
  let b = digest.readUInt32LE(4)
  let c = digest.readUInt32LE(8)
  let counter = digest.readUInt32LE(12)
  return () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 2 ** 32
  }
}
