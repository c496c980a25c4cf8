/** RFC 6901. */
export const pointer = (...words: (string | number)[]): string =>
  words.map((word) => `/${String(word).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
