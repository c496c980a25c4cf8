import sharp from 'sharp'
import { describe, expect, it, test } from 'vitest'
import { readImageFacts } from './image-header.ts'
import { NEAR_BITS, nearSets } from './near-duplicates.ts'
import { HASH_WORDS } from './picture-hash.ts'
import { createRandom } from './random.ts'

/** A picture of soft blobs, another for each seed. */
const aScene = (seed: number, widthPx = 240, heightPx = 180) => {
  const random = createRandom(seed)
  const blobs = Array.from({ length: 12 }, () => {
    const [x, y, r, grey] = [random() * widthPx, random() * heightPx, 10 + random() * 50, Math.floor(random() * 255)]
    return `<circle cx="${x}" cy="${y}" r="${r}" fill="rgb(${grey},${grey},${grey})"/>`
  })
  return sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}"><rect width="100%" height="100%" fill="#777"/>${blobs.join('')}</svg>`,
    ),
  )
}

const copies: Record<string, (picture: Buffer) => Promise<Buffer>> = {
  'of poor quality': (picture) => sharp(picture).jpeg({ quality: 40 }).toBuffer(),
  'of half the size': (picture) => sharp(picture).resize(120).jpeg().toBuffer(),
  'of twice the size': (picture) => sharp(picture).resize(480).png().toBuffer(),
  brighter: (picture) => sharp(picture).linear(1.05, 6).jpeg().toBuffer(),
  darker: (picture) => sharp(picture).linear(0.85, 0).jpeg().toBuffer(),
  blurred: (picture) => sharp(picture).blur(1.2).jpeg().toBuffer(),
  'with a little less margin': (picture) =>
    sharp(picture).extract({ left: 2, top: 2, width: 236, height: 176 }).jpeg().toBuffer(),
  'as 16-bit PNG': (picture) => sharp(picture).toColourspace('rgb16').png().toBuffer(),
  'with an alpha channel': (picture) => sharp(picture).ensureAlpha().png().toBuffer(),
  'in grey': (picture) => sharp(picture).greyscale().png().toBuffer(),
}

const looksOf = async (pictures: readonly Buffer[]) => {
  const looks = new Uint32Array(pictures.length * HASH_WORDS)
  for (const [index, bytes] of pictures.entries()) {
    const facts = await readImageFacts('a.jpg', bytes)
    if (!('look' in facts)) throw new Error(JSON.stringify(facts))
    looks.set(facts.look, index * HASH_WORDS)
  }
  return looks
}

describe('pictures that look alike', () => {
  it('are all found among 30 scenes with every kind of copy, and no two scenes are taken for one', async () => {
    const scenes = await Promise.all(
      Array.from({ length: 60 }, (_, seed) =>
        aScene(seed + 1)
          .png()
          .toBuffer(),
      ),
    )
    const kinds = Object.values(copies)
    const planted = await Promise.all(scenes.flatMap((scene) => kinds.map((copy) => copy(scene))))
    const sets = [...(await nearSets(await looksOf([...scenes, ...planted])))]
    const expected = [...scenes.keys(), ...scenes.flatMap((_, scene) => kinds.map(() => scene))]
    expect(sets).toEqual(expected)
  }, 60_000)
  it('are empty ones of any tone', async () => {
    const plain = (grey: number) =>
      sharp({ create: { width: 64, height: 48, channels: 3, background: { r: grey, g: grey, b: grey } } })
        .png()
        .toBuffer()
    expect([...(await nearSets(await looksOf([await plain(0), await plain(255), await plain(100)])))]).toEqual([
      0, 0, 0,
    ])
  })
})

/** Sets by comparing every pair, to compare with. */
const allPairs = (hashes: Uint32Array) => {
  const count = hashes.length / HASH_WORDS
  const names = Array.from({ length: count }, (_, index) => index)
  const nameOf = (at: number): number => (names[at] === at ? at : nameOf(names[at] ?? at))
  for (let a = 0; a < count; a++)
    for (let b = a + 1; b < count; b++) {
      let differing = 0
      for (let bit = 0; bit < HASH_WORDS * 32; bit++) {
        const [word, shift] = [bit >>> 5, bit & 31]
        const difference = (hashes[a * HASH_WORDS + word] ?? 0) ^ (hashes[b * HASH_WORDS + word] ?? 0)
        differing += (difference >>> shift) & 1
      }
      if (differing <= NEAR_BITS) {
        const [first, second] = [nameOf(a), nameOf(b)]
        names[Math.max(first, second)] = Math.min(first, second)
      }
    }
  return names.map((_, at) => nameOf(at))
}

test('the search by bands finds the very sets that a comparison of all pairs finds, up to the last bit', async () => {
  const random = createRandom(7)
  const hashes = new Uint32Array(240 * HASH_WORDS).map(() => Math.floor(random() * 2 ** 32))
  // Every second hash is the one before it with 16 to 21 bits turned: as evenly over the eight bands as can be, which is the hardest to find.
  for (let picture = 1; picture < 240; picture += 2) {
    hashes.copyWithin(picture * HASH_WORDS, (picture - 1) * HASH_WORDS, picture * HASH_WORDS)
    const first = Math.floor(random() * 16)
    for (let turned = 0; turned < 16 + ((picture >> 1) % 6); turned++) {
      const bit = (turned % 8) * 16 + ((first + (turned >> 3)) % 16)
      const word = picture * HASH_WORDS + (bit >>> 5)
      hashes[word] = (hashes[word] ?? 0) ^ (1 << (bit & 31))
    }
  }
  const sets = [...(await nearSets(hashes))]
  expect(sets).toEqual(allPairs(hashes))
  expect(new Set(sets).size).toBe(240 - 60)
})
