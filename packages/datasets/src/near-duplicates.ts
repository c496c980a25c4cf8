import { setImmediate as nextTurn } from 'node:timers/promises'
import { DisjointSets } from './disjoint-sets.ts'
import { HASH_WORDS } from './picture-hash.ts'

/**
 * Hashes of pictures that are taken for one another differ in at most this many of 128 bits. On NEU-DET (1,800 photographs of steel) copies of
 * other quality, size or sharpness differ in at most 13, copies cropped by 1 % a side in at most 18; of all 1.6 million pairs of different
 * photographs four differ in at most 18, which show the same piece, and the next in 28.
 */
export const NEAR_BITS = 18

const BAND_BITS = 16
const BANDS = (HASH_WORDS * 32) / BAND_BITS
/** Of hashes that differ in at most NEAR_BITS bits, one band at least differs in no more than this. */
const BAND_DISTANCE = Math.floor(NEAR_BITS / BANDS)

const bits = Array.from({ length: BAND_BITS }, (_, bit) => 1 << bit)
const masks = [0, ...bits, ...bits.flatMap((a, index) => bits.slice(index + 1).map((b) => a | b))]
if (BAND_DISTANCE !== 2) throw new Error(`masks of 2 bits met, of ${BAND_DISTANCE} needed`)

const bitCount = (word: number): number => {
  let count = word - ((word >>> 1) & 0x55555555)
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333)
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

const distance = (hashes: Uint32Array, a: number, b: number): number => {
  let count = 0
  for (let word = 0; word < HASH_WORDS; word++)
    count += bitCount(hashes[a * HASH_WORDS + word] ^ hashes[b * HASH_WORDS + word])
  return count
}

/** Value of a band: 16 of the hash's bits. */
const bandOf = (hashes: Uint32Array, picture: number, band: number): number =>
  (hashes[picture * HASH_WORDS + (band >>> 1)] >>> ((band & 1) * BAND_BITS)) & 0xffff

/** Pictures by a band's value: those of value v are `pictures[starts[v]]` to before `pictures[starts[v + 1]]`, ascending. */
const bucketsOf = (hashes: Uint32Array, pictures: Int32Array, band: number) => {
  const starts = new Int32Array(2 ** BAND_BITS + 1)
  for (const picture of pictures) starts[bandOf(hashes, picture, band) + 1]++
  for (let value = 0; value < 2 ** BAND_BITS; value++) starts[value + 1] += starts[value]
  const next = starts.slice()
  const ordered = new Int32Array(pictures.length)
  for (const picture of pictures) ordered[next[bandOf(hashes, picture, band)]++] = picture
  return { starts, ordered }
}

/** One picture of each hash; the others are joined with it. */
const joinEqual = (hashes: Uint32Array, count: number, sets: DisjointSets): Int32Array => {
  const firstOf = new Map<string, number>()
  for (let picture = 0; picture < count; picture++) {
    const hash = hashes.subarray(picture * HASH_WORDS, (picture + 1) * HASH_WORDS).join()
    const first = firstOf.get(hash)
    if (first === undefined) firstOf.set(hash, picture)
    else sets.join(first, picture)
  }
  return Int32Array.from(firstOf.values())
}

/** Turns of the event loop go to others after so many pictures. */
const PICTURES_A_TURN = 500

/**
 * Sets of pictures that look alike: each picture with all whose hash differs from its own in at most NEAR_BITS bits, and theirs. No pair is
 * overlooked: every picture is compared with all that are within two bits of it in one of eight bands. Answers each picture's set by its
 * smallest member. Lets others run in between; time grows with pictures × pictures that share a band, so it is long for a film of one scene.
 *
 * @param hashes of each picture (see pictureHash), one after the other
 */
export const nearSets = async (hashes: Uint32Array): Promise<Int32Array> => {
  const count = hashes.length / HASH_WORDS
  const sets = new DisjointSets(count)
  const distinct = joinEqual(hashes, count, sets)
  for (let band = 0; band < BANDS; band++) {
    const { starts, ordered } = bucketsOf(hashes, distinct, band)
    for (const [turn, picture] of distinct.entries()) {
      if (turn % PICTURES_A_TURN === PICTURES_A_TURN - 1) await nextTurn()
      const value = bandOf(hashes, picture, band)
      for (const mask of masks)
        for (let at = starts[value ^ mask]; at < starts[(value ^ mask) + 1]; at++)
          if (ordered[at] > picture && distance(hashes, picture, ordered[at]) <= NEAR_BITS)
            sets.join(picture, ordered[at])
    }
  }
  return Int32Array.from({ length: count }, (_, picture) => sets.nameOf(picture))
}
