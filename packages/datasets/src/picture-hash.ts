/** Words of 32 bits in a hash. */
export const HASH_WORDS = 4
const HASH_BITS = HASH_WORDS * 32
/** Width and height of the thumbnail that is hashed, in px. */
export const THUMBNAIL_PX = 32

const cosines = Array.from({ length: THUMBNAIL_PX }, (_, k) =>
  Float64Array.from({ length: THUMBNAIL_PX }, (_, n) => Math.cos((Math.PI * (n + 0.5) * k) / THUMBNAIL_PX)),
)

/** The lowest frequencies by their sum; not brightness, and not the two that an even slope of light fills. */
const frequencies = Array.from({ length: THUMBNAIL_PX ** 2 }, (_, at) => ({
  x: at % THUMBNAIL_PX,
  y: Math.floor(at / THUMBNAIL_PX),
}))
  .filter(({ x, y }) => x + y >= 2)
  .sort((a, b) => a.x + a.y - (b.x + b.y) || a.y - b.y)
  .slice(0, HASH_BITS)
const mostX = Math.max(...frequencies.map(({ x }) => x))

/** Below this a coefficient is rounding, as all are where the picture is of one tone. */
const NOTHING = 1e-6

/**
 * A hash of what a picture looks like: the signs of 128 coefficients of its discrete cosine transform (Zauner 2010, "Implementation and
 * Benchmarking of Perceptual Image Hash Functions", with more coefficients). Another size, quality or brightness changes few bits of it.
 *
 * @param grey 32 × 32 grey values, row by row
 */
export const pictureHash = (grey: Uint8Array): Uint32Array => {
  if (grey.length !== THUMBNAIL_PX ** 2)
    throw new RangeError(`${grey.length} grey values met, ${THUMBNAIL_PX ** 2} needed`)
  // Plain loops: this runs once for every image of a data set.
  const rows = Array.from({ length: THUMBNAIL_PX }, (_, y) => {
    const row = new Float64Array(mostX + 1)
    for (let k = 0; k <= mostX; k++)
      for (let n = 0; n < THUMBNAIL_PX; n++) row[k] += grey[y * THUMBNAIL_PX + n] * cosines[k][n]
    return row
  })
  const hash = new Uint32Array(HASH_WORDS)
  for (const [bit, { x, y }] of frequencies.entries()) {
    let coefficient = 0
    for (let n = 0; n < THUMBNAIL_PX; n++) coefficient += rows[n][x] * cosines[y][n]
    if (coefficient > NOTHING) hash[bit >>> 5] |= 1 << (bit & 31)
  }
  return hash
}
