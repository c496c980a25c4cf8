/** An error the service answers with. The code goes into `__type`, the message is shown to the caller as it is. */
export class AwsError extends Error {
  readonly code: string
  readonly status: number
  /** Further members of the error's body, e.g. OriginalStatusCode. */
  readonly fields: Record<string, unknown>

  constructor(code: string, message: string, status = 400, fields: Record<string, unknown> = {}) {
    super(message)
    this.name = 'AwsError'
    this.code = code
    this.status = status
    this.fields = fields
  }
}

/** ValidationException: bad input, but also not found, already existing and state conflicts, as the real service has it. */
export const validationError = (message: string): AwsError => new AwsError('ValidationException', message)
