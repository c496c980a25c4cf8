interface CloudError {
  name: string
  message: string
  $metadata?: { httpStatusCode?: number }
  code?: string
  cause?: unknown
}

export const asCloudError = (error: unknown): CloudError =>
  error instanceof Error ? error : { name: 'Unknown', message: String(error) }

/** Not there: SageMaker answers a ValidationException with these words as often as ResourceNotFound. */
export const isNotFound = (error: unknown): boolean => {
  const { name, message } = asCloudError(error)
  if (name === 'ResourceNotFound' || name === 'ResourceNotFoundException') return true
  return name === 'ValidationException' && /^(Requested resource not found|Could not find)/i.test(message)
}

/** The name is taken, be it by our own earlier request whose answer was lost. */
export const isAlreadyThere = (error: unknown): boolean => {
  const { name, message } = asCloudError(error)
  return name === 'ResourceInUse' || (name === 'ValidationException' && /Cannot create already existing/i.test(message))
}

/** Stopping what has ended, or deleting what is still being made or deleted. */
export const isStateConflict = (error: unknown): boolean => {
  const { name, message } = asCloudError(error)
  return (
    name === 'ValidationException' &&
    /(is in status|in-progress|Cannot (update|delete)|rejected because)/i.test(message)
  )
}

/** The account may not have that many instances of the type. */
export const isQuotaExceeded = (error: unknown): boolean =>
  ['ResourceLimitExceeded', 'ServiceQuotaExceededException'].includes(asCloudError(error).name)

/** The FailureReason of a job or endpoint that SageMaker itself broke; the algorithm's begin with AlgorithmError or ClientError. */
export const isCloudFailure = (failureReason: string | undefined): boolean =>
  /^\s*(InternalServerError|InternalError|InternalFailure)\b/i.test(failureReason ?? '')

/** The FailureReason of a job or endpoint for which there was no instance. AWS's own SDK looks for the first of these words. */
export const isCapacityFailure = (failureReason: string | undefined): boolean =>
  /CapacityError|InsufficientInstanceCapacity|Insufficient capacity/i.test(failureReason ?? '')

/** A resource that exists and cannot be found yet, as the services' eventual consistency allows. */
export class NotVisibleYet extends Error {
  override readonly name = 'NotVisibleYet'
}
