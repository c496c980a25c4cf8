/**
 * S3 lists keys in the order of their UTF-8 bytes. JavaScript compares strings by UTF-16 units, which differs beyond
 * U+FFFF, so the index holds keys as one character a byte. For ASCII keys that is the key itself, as a
 * copy: what a key was cut out of must not stay in memory with it.
 */
export const toByteKey = (key: string): string => Buffer.from(key, 'utf8').toString('latin1')

// oxlint-disable-next-line no-control-regex -- what is looked for is anything else
const ascii = /^[\u0000-\u007f]*$/

export const fromByteKey = (byteKey: string): string =>
  ascii.test(byteKey) ? byteKey : Buffer.from(byteKey, 'latin1').toString('utf8')

/** The smallest byte key after all that begin with this one. UTF-8 has no byte 0xff, so the last one can always grow. */
export const afterPrefix = (bytePrefix: string): string =>
  bytePrefix.slice(0, -1) + String.fromCharCode(bytePrefix.charCodeAt(bytePrefix.length - 1) + 1)

/** The smallest byte key after this one. */
export const afterKey = (byteKey: string): string => `${byteKey}\0`
