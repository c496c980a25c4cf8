import { classifyError } from '@assay/cloud'
import type { FastifyError } from 'fastify'
import { InvalidParts } from './invalid-parts.ts'
import { ProblemError } from './problem-error.ts'
import type { ProblemKind } from './problems.ts'

/** Seconds after which a client should try again. */
const retryAfterSeconds = '5'

const ofStatus: Readonly<Record<number, ProblemKind>> = {
  400: 'invalid-request',
  404: 'not-found',
  405: 'method-not-allowed',
  406: 'not-acceptable',
  408: 'request-timeout',
  413: 'too-large',
  415: 'unsupported-media-type',
  431: 'headers-too-large',
}

const details: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE:
    'the body has more than 1 MiB (1,048,576 bytes); a packed source may have 20,000,000 bytes',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'the body must be application/json, a packed source application/gzip',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'the body is empty although its type is application/json',
}

const isMismatch = (error: unknown): error is Error => error instanceof Error && error.name === 'IdempotencyMismatch'

const fromParts = ({ part, faults }: InvalidParts, method: string, url: string) => {
  const first = faults[0]
  const summary =
    faults.length === 1 && first ? `${first.pointer || 'the whole'}: ${first.detail}` : `${faults.length} faults`
  if (part === 'params')
    return new ProblemError('not-found', `${method} ${url}: ${first?.detail ?? 'no such id'}`, { errors: faults })
  if (part === 'body') return new ProblemError('invalid-content', summary, { errors: faults })
  return new ProblemError('invalid-request', `${part}: ${summary}`, { errors: faults })
}

/** The one place where errors become HTTP statuses. What is not known to be the client's or the surroundings' is ours: 500, its cause only in the log. */
export const mapError = (error: unknown, { method, url }: { method: string; url: string }): ProblemError => {
  if (error instanceof ProblemError) return error
  if (error instanceof InvalidParts) return fromParts(error, method, url)
  if (isMismatch(error)) return new ProblemError('idempotency-mismatch', error.message, { cause: error })
  if (classifyError(error).kind === 'wait')
    return new ProblemError('unavailable', 'Redis or the cloud did not answer', {
      cause: error,
      headers: { 'retry-after': retryAfterSeconds },
    })
  const { statusCode, code, message } = error instanceof Error ? (error as Partial<FastifyError>) : {}
  const kind = statusCode === undefined ? undefined : ofStatus[statusCode]
  if (kind)
    return new ProblemError(kind, (code === undefined ? undefined : details[code]) ?? message ?? kind, {
      errors: [{ pointer: '', detail: (code === undefined ? undefined : details[code]) ?? message ?? kind }],
    })
  return new ProblemError('internal', 'the log has the cause under this request id', { cause: error })
}

/** 503 with Retry-After: nothing was changed. */
export const unavailable = (detail: string, members: Readonly<Record<string, unknown>> = {}): ProblemError =>
  new ProblemError('unavailable', detail, { headers: { 'retry-after': retryAfterSeconds }, members })
