/** Puts surrogates above the rest of the basic plane, as UTF-8 does. */
const utf8Rank = (unit: number) => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit)

/** Orders strings as their UTF-8 bytes are ordered: the same on every machine and locale, and the order of an S3 listing. */
export const bytewise = (a: string, b: string): number => {
  const shorter = Math.min(a.length, b.length)
  for (let at = 0; at < shorter; at++) {
    const difference = utf8Rank(a.charCodeAt(at)) - utf8Rank(b.charCodeAt(at))
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
