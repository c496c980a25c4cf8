/** What an error asks for. */
export type ErrorMeaning =
  /** Passing, or beyond our knowledge: tried again, eight times in all. */
  | 'retry'
  /** The account may not have more of something: waited for. */
  | 'quota'
  /** We are not let in: waited for. */
  | 'credentials'
  /** The service, the way to it or Redis is away or overloaded: waited for. */
  | 'outage'
  /** The request will be refused however often it is sent. */
  | 'refused'

const named = (meaning: ErrorMeaning, ...names: string[]): [string, ErrorMeaning][] =>
  names.map((name) => [name, meaning])

/**
 * Every error that the models of the services name, those that all AWS services share, and those of Node's sockets, by name or code. A test
 * holds it against the installed clients, so that a new version's errors are sorted by somebody.
 */
export const errorMeanings: ReadonlyMap<string, ErrorMeaning> = new Map([
  ...named('quota', 'ResourceLimitExceeded', 'ServiceQuotaExceededException'),
  ...named(
    'credentials',
    'AccessDenied',
    'AccessDeniedException',
    'AuthFailure',
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
    'RequestInTheFuture',
    'RequestTimeTooSkewed',
    'SignatureDoesNotMatch',
    'TokenProviderError',
    'TokenRefreshRequired',
    'UnauthorizedOperation',
    'UnrecognizedClientException',
  ),
  // Throttled: sent again, more slowly.
  ...named(
    'outage',
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
  ),
  // The service has trouble.
  ...named(
    'outage',
    'InternalDependencyException',
    'InternalError',
    'InternalFailure',
    'InternalServerError',
    'InternalServerException',
    'InternalStreamFailure',
    'InternalStreamingException',
    'ModelNotReadyException',
    'NotVisibleYet',
    'RequestTimeout',
    'RequestTimeoutException',
    'ServiceUnavailable',
    'ServiceUnavailableException',
    'TimeoutError',
  ),
  // The way to it: sockets, DNS, TLS, and what this machine lacks for a moment.
  ...named(
    'outage',
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'EADDRNOTAVAIL',
    'EAI_AGAIN',
    'EAI_FAIL',
    'EAI_NODATA',
    'ECONNABORTED',
    'ECONNREFUSED',
    'ECONNRESET',
    'EHOSTDOWN',
    'EHOSTUNREACH',
    'EMFILE',
    'ENETDOWN',
    'ENETRESET',
    'ENETUNREACH',
    'ENFILE',
    'ENOTCONN',
    'ENOTFOUND',
    'EPIPE',
    'EPROTO',
    'ERR_STREAM_PREMATURE_CLOSE',
    'ETIMEDOUT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UND_ERR_CONNECT_TIMEOUT',
    'UND_ERR_SOCKET',
  ),
  // Somebody else was faster, something is not visible yet, or a step of many must begin anew.
  ...named(
    'retry',
    'BucketAlreadyExists',
    'BucketAlreadyOwnedByYou',
    'ConditionalRequestConflict',
    'ConflictException',
    'DataAlreadyAcceptedException',
    'InvalidSequenceTokenException',
    'ModelError',
    'ModelStreamError',
    'NoSuchKey',
    'NoSuchUpload',
    'NotFound',
    'ObjectAlreadyInActiveTierError',
    'OperationAbortedException',
    'PreconditionFailed',
    'ResourceAlreadyExistsException',
    'ResourceInUse',
    'ResourceNotFound',
    'ResourceNotFoundException',
    'SessionStreamingException',
    'SessionTimeoutException',
    // The runtime's word for an endpoint that it does not know yet, or no more.
    'ValidationError',
  ),
  ...named(
    'refused',
    'AnnotationLimitExceeded',
    'AnnotationNameTooLong',
    'EncryptionTypeMismatch',
    'IdempotencyParameterMismatch',
    'InvalidAnnotationName',
    'InvalidObjectState',
    'InvalidOperationException',
    'InvalidParameterException',
    'InvalidPrefix',
    'InvalidRequest',
    'InvalidWriteOffset',
    'MalformedQueryException',
    'NoSuchAnnotation',
    'NoSuchBucket',
    'ObjectNotInActiveTierError',
    'TooManyParts',
    'TooManyTagsException',
    'UnknownOperationException',
    'UnsupportedMediaType',
    'ValidationException',
  ),
])

/** By HTTP status, where the name says nothing. */
export const meaningOfStatus = (status: number): ErrorMeaning | undefined => {
  if (status === 429 || status === 408) return 'outage'
  if (status === 401 || status === 403 || status === 407) return 'credentials'
  if (status === 501 || status === 405 || status === 413 || status === 414) return 'refused'
  return status >= 500 ? 'outage' : undefined
}

/** By the words of Redis and ioredis, whose errors share one name. */
export const meaningOfRedis = (message: string): ErrorMeaning | undefined => {
  if (/^(NOAUTH|WRONGPASS|NOPERM)\b/.test(message)) return 'credentials'
  // A script's error carries Redis's word in its middle.
  const refusal = /^BUSY |\b(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MISCONF|NOREPLICAS|OOM command)\b/
  const unreachable =
    /Connection is closed|max retries per request|Command timed out|Stream isn't writeable|All sentinels are unreachable|Failed to refresh slots cache/i
  return refusal.test(message) || unreachable.test(message) ? 'outage' : undefined
}
