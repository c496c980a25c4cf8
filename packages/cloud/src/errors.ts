import type { ErrorClass } from '@assay/pipeline'

interface CloudError {
  name: string
  message: string
  $metadata?: { httpStatusCode?: number }
  code?: string
  cause?: unknown
}

const THROTTLING = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
  'ModelNotReadyException',
])

const CREDENTIALS = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'NotAuthorized',
  'OptInRequired',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'TokenRefreshRequired',
  'UnauthorizedOperation',
  'UnrecognizedClientException',
])

const OUTAGE = new Set([
  'InternalError',
  'InternalFailure',
  'InternalServerError',
  'InternalServerException',
  'InternalDependencyException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'RequestTimeout',
  'RequestTimeoutException',
  'TimeoutError',
])

/** Socket and DNS errors of Node, and what ioredis says while Redis is away. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EADDRNOTAVAIL',
  'UND_ERR_SOCKET',
])
const REDIS_AWAY =
  /Connection is closed|max retries per request|Command timed out|Stream isn't writeable|READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|OOM command|NOREPLICAS/i

const asCloudError = (error: unknown): CloudError =>
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

/** The FailureReason of a job or endpoint for which there was no instance. AWS's own SDK looks for the first of these words. */
export const isCapacityFailure = (failureReason: string | undefined): boolean =>
  /CapacityError|InsufficientInstanceCapacity|Insufficient capacity/i.test(failureReason ?? '')

/** A resource that exists and cannot be found yet, as the services' eventual consistency allows. */
export class NotVisibleYet extends Error {
  override readonly name = 'NotVisibleYet'
}

/** Sorts an error of the AWS SDK, of the sockets below it or of Redis by what it asks for. */
export const classifyError = (error: unknown): ErrorClass => {
  const { name, message, $metadata, code, cause } = asCloudError(error)
  const status = $metadata?.httpStatusCode
  if (error instanceof NotVisibleYet) return { kind: 'wait', for: 'outage', reason: `waits: ${message}` }
  if (isQuotaExceeded(error)) return { kind: 'wait', for: 'quota', reason: `waits for quota: ${message}` }
  if (THROTTLING.has(name) || status === 429 || /rate exceeded/i.test(message))
    return { kind: 'wait', for: 'outage', reason: `waits: the cloud throttles (${name})` }
  // S3 answers HEAD without a body, so that expired credentials are a bare 400 there.
  if (CREDENTIALS.has(name) || status === 401 || status === 403 || (name === 'Unknown' && status === 400))
    return { kind: 'wait', for: 'credentials', reason: `waits for credentials: ${name}: ${message}` }
  if (
    UNREACHABLE.has(code ?? '') ||
    OUTAGE.has(name) ||
    (status !== undefined && status >= 500 && name !== 'ModelError')
  )
    return { kind: 'wait', for: 'outage', reason: `waits for the service: ${name}: ${message}`.slice(0, 300) }
  if (REDIS_AWAY.test(message))
    return { kind: 'wait', for: 'outage', reason: `waits for Redis: ${message}`.slice(0, 300) }
  if (name === 'ValidationException' && !isNotFound(error) && !isStateConflict(error))
    return { kind: 'fail', reason: { code: 'refused_by_cloud', message } }
  if (cause instanceof Error) return classifyError(cause)
  return { kind: 'retry' }
}
