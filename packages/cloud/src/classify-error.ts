import type { ErrorClass } from '@assay/pipeline'
import { errorMeanings, meaningOfRedis, meaningOfStatus } from './error-names.ts'
import { asCloudError, isNotFound, isStateConflict } from './errors.ts'

const REASON_CHARACTERS = 300

/** `The account-level service limit 'ml.g5.xlarge for training job usage' is 0 Instances, with current utilization of …`. */
const limitOf = (message: string): string => {
  const [, limit, value] = /limit '([^']+)' is ([^,.]+)/.exec(message) ?? []
  // Without the utilization, which changes at every look: one wait has one reason.
  return limit === undefined ? message : `"${limit}", which is ${value}`
}

/** Errors of our own code; what carries a cause was only passed on. */
const isBug = (error: unknown): boolean =>
  error instanceof Error &&
  !(error.cause instanceof Error) &&
  (error instanceof TypeError ||
    error instanceof ReferenceError ||
    error instanceof RangeError ||
    error.name === 'ZodError' ||
    error.name === 'AssertionError')

/** S3 answers HEAD without a body, so that expired credentials are a bare 400 there. */
const isWordlessRefusal = (name: string, status: number | undefined) => name === 'Unknown' && status === 400

/** SageMaker uses one name for bad requests, for what is not there and for what is in another state; only the first is hopeless. */
const isPassingValidation = (error: unknown) => isNotFound(error) || isStateConflict(error)

/**
 * Sorts an error of the AWS SDK, of the sockets below it, of Redis or of our own by what it asks for: by its name or code, then by its
 * words, then by the HTTP status, then by its cause. What none of them knows is tried again.
 */
export const classifyError = (error: unknown): ErrorClass => {
  const { name, message, $metadata, code, cause } = asCloudError(error)
  const status = $metadata?.httpStatusCode
  const meaning =
    errorMeanings.get(name) ??
    errorMeanings.get(code ?? '') ??
    (/rate exceeded/i.test(message) ? 'outage' : undefined) ??
    meaningOfRedis(message) ??
    (isWordlessRefusal(name, status) ? 'credentials' : undefined) ??
    (status === undefined ? undefined : meaningOfStatus(status))
  const said = `${name}: ${message}`.slice(0, REASON_CHARACTERS)
  switch (meaning) {
    case 'quota':
      return { kind: 'wait', for: 'quota', reason: `waits for quota: ${limitOf(message)}`.slice(0, REASON_CHARACTERS) }
    case 'credentials':
      return { kind: 'wait', for: 'credentials', reason: `waits for credentials: ${said}` }
    case 'outage':
      return { kind: 'wait', for: 'outage', reason: `waits for the service: ${said}` }
    case 'refused':
      return isPassingValidation(error)
        ? { kind: 'retry' }
        : { kind: 'fail', reason: { code: 'refused_by_cloud', message } }
    case 'retry':
      return { kind: 'retry' }
    default:
      // Every meaning has its case above, else this does not compile.
      meaning satisfies undefined
      if (isBug(error)) return { kind: 'bug', reason: { code: 'bug', message: `a fault of Assay itself: ${said}` } }
      return cause instanceof Error ? classifyError(cause) : { kind: 'retry' }
  }
}
