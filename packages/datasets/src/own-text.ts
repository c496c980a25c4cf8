/** A copy of its own: a piece cut out of a text keeps the whole text in memory (V8's sliced strings). */
export const ownText = (text: string): string => Buffer.from(text).toString()
