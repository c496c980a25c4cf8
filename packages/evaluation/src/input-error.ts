/** Input that cannot be judged. `pointer` is the JSON pointer (RFC 6901) of the value met; the message says what was met and what was needed. */
export class InputError extends Error {
  override readonly name = 'InputError'
  readonly pointer: string
  readonly met: string
  readonly needed: string

  constructor(pointer: string, met: string, needed: string) {
    super(`${pointer === '' ? 'the whole document' : pointer}: met ${met}, needed ${needed}`)
    this.pointer = pointer
    this.met = met
    this.needed = needed
  }
}

/** A JSON value in at most 40 characters, for error messages. */
export const shown = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  // JSON has no NaN or infinity, but a number such as 1e999 reads as one.
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value)
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}
