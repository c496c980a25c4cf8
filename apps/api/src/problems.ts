interface ProblemKindFacts {
  status: number
  title: string
  /** What it means and what to do, for the page at /problems/<word>. */
  meaning: string
}

/** Every kind of problem that the API answers with; the word is the last part of its type URI and never changes. */
export const problems = {
  'invalid-request': {
    status: 400,
    title: 'The request cannot be read',
    meaning: 'The body is not JSON, or a query parameter or header is not what the operation takes.',
  },
  unauthorized: {
    status: 401,
    title: 'An API key is needed',
    meaning: 'Send a configured key as "Authorization: Bearer <key>"; a browser may send it as the password of Basic.',
  },
  'foreign-origin': {
    status: 403,
    title: 'The request comes from another site',
    meaning:
      'Pages of other origins may not change anything here, and without keys only loopback host names are served.',
  },
  'not-found': {
    status: 404,
    title: 'There is no such thing',
    meaning: 'The path names no operation, or its id names nothing that exists.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'This path does not take this method',
    meaning: 'The Allow header lists the methods that it takes.',
  },
  'not-acceptable': {
    status: 406,
    title: 'No such representation',
    meaning: 'The detail names the media types that can be had.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request did not arrive in time',
    meaning: 'Send it again, faster.',
  },
  'dataset-not-ready': {
    status: 409,
    title: 'The data set is not ready',
    meaning:
      'Its check has not ended, or it was rejected. The member "state" tells which; GET the data set for its faults.',
  },
  'not-finished': {
    status: 409,
    title: 'The result does not exist yet',
    meaning: 'It is written when its stage has succeeded. The member "state" tells where it stands.',
  },
  'not-failed': {
    status: 409,
    title: 'There is nothing to try again',
    meaning: 'Only an approach that failed, in an experiment that was not canceled, can begin a new attempt.',
  },
  'not-tuning': {
    status: 409,
    title: 'There is no tuning to stop',
    meaning: 'Only an approach whose tuning job runs can end it early and go on with the best trial so far.',
  },
  'upload-closed': {
    status: 409,
    title: 'The data set takes no more files',
    meaning: 'It was registered from S3, or its check has begun. Register a new data set.',
  },
  'too-large': {
    status: 413,
    title: 'The body is too large',
    meaning:
      'Bodies may have 1 MiB, packed source folders 20 MB. Images go to S3 through presigned URLs, never through the API.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is of a type that is not taken',
    meaning: 'Send application/json; a packed source folder is application/gzip.',
  },
  'invalid-content': {
    status: 422,
    title: 'The content is not acceptable',
    meaning: 'The body is JSON, but not what the operation takes. "errors" lists every fault by JSON pointer.',
  },
  'budget-exceeded': {
    status: 422,
    title: 'The worst case is above the budget',
    meaning:
      'An experiment is admitted only when it cannot cost more than budget.maxUsd, whatever happens: every trial until maxRunSeconds, every endpoint until deadlineHours. A retry must fit beside what is spent already. The detail says what to lower and by how much.',
  },
  'idempotency-mismatch': {
    status: 422,
    title: 'The Idempotency-Key was used for another body',
    meaning: 'Send the first body again to get the first answer, or a new key for a new experiment.',
  },
  'headers-too-large': {
    status: 431,
    title: 'The headers are too large',
    meaning: 'Headers may have 16 KiB in all.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong here',
    meaning: 'A fault of Assay. The log has the cause under the request id.',
  },
  unavailable: {
    status: 503,
    title: 'Redis or the cloud cannot be reached',
    meaning:
      'Nothing was changed by this request. Work under way goes on when they are back. Try again after Retry-After seconds.',
  },
} as const satisfies Record<string, ProblemKindFacts>

export type ProblemKind = keyof typeof problems
