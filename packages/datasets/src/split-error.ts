/** Why a data set cannot be split as asked; `pointer` is the place in the experiment's spec. */
export class SplitError extends Error {
  override readonly name = 'SplitError'
  readonly code: string
  readonly pointer: string
  constructor(code: string, pointer: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.pointer = pointer
  }
}
