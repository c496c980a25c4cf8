import * as logs from '@aws-sdk/client-cloudwatch-logs'
import * as s3 from '@aws-sdk/client-s3'
import * as sagemaker from '@aws-sdk/client-sagemaker'
import * as runtime from '@aws-sdk/client-sagemaker-runtime'
import type { ErrorClass } from '@assay/pipeline'
import { describe, expect, test } from 'vitest'
import { classifyError } from './classify-error.ts'
import { errorMeanings } from './error-names.ts'

const anError = (name: string, message = 'x', more: object = {}) => Object.assign(new Error(message), { name, ...more })
const ofStatus = (httpStatusCode: number) => anError('Unheard', 'x', { $metadata: { httpStatusCode } })
const short = (met: ErrorClass) => (met.kind === 'wait' ? met.for : met.kind)

/** Names of the errors that a client's model declares, without the class that all of them extend. */
const modelled = (client: object): string[] =>
  Object.entries(client)
    .filter(
      ([name, value]) =>
        typeof value === 'function' && value.prototype instanceof Error && !name.endsWith('ServiceException'),
    )
    .map(([name]) => name)

describe.each([
  ['SageMaker', sagemaker],
  ['SageMaker Runtime', runtime],
  ['S3', s3],
  ['CloudWatch Logs', logs],
])('%s', (_service, client) => {
  test('every error of its installed model is sorted by name', () => {
    const names = modelled(client)
    expect(names.length).toBeGreaterThan(2)
    expect(names.filter((name) => !errorMeanings.has(name))).toEqual([])
  })
})

test('every name is met as it is sorted', () => {
  const expected = { quota: 'quota', credentials: 'credentials', outage: 'outage', retry: 'retry', refused: 'fail' }
  for (const [name, meaning] of errorMeanings)
    expect([name, short(classifyError(anError(name)))]).toEqual([name, expected[meaning]])
})

test('what the SDK itself sends again because of throttling, time-outs or clock skew is never a failure', () => {
  // @smithy/core/retry, service-error-classification/constants
  const names = [
    'TimeoutError',
    'RequestTimeout',
    'SlowDown',
    'EC2ThrottledException',
    'TransactionInProgressException',
    'RequestTimeTooSkewed',
    'RequestInTheFuture',
    'AuthFailure',
  ]
  expect(names.map((name) => classifyError(anError(name)).kind)).toEqual(names.map(() => 'wait'))
})

test('a status speaks where the name says nothing', () => {
  const statuses = [400, 401, 403, 404, 408, 409, 412, 413, 429, 500, 501, 502, 503, 504]
  expect(Object.fromEntries(statuses.map((status) => [status, short(classifyError(ofStatus(status)))]))).toEqual({
    400: 'retry',
    401: 'credentials',
    403: 'credentials',
    404: 'retry',
    408: 'outage',
    409: 'retry',
    412: 'retry',
    413: 'fail',
    429: 'outage',
    500: 'outage',
    501: 'fail',
    502: 'outage',
    503: 'outage',
    504: 'outage',
  })
})

test('a name speaks before the status', () => {
  const model = anError('ModelError', 'x', { $metadata: { httpStatusCode: 424 } })
  expect(short(classifyError(anError('ModelError', 'x', { $metadata: { httpStatusCode: 500 } })))).toBe('retry')
  expect(short(classifyError(model))).toBe('retry')
})

test('sockets, DNS and TLS are waited for, also as a cause', () => {
  const codes = [
    'ECONNRESET',
    'ECONNREFUSED',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
    'CERT_HAS_EXPIRED',
    'EPROTO',
  ]
  for (const code of codes) {
    const socket = anError('Error', 'socket', { code })
    expect([code, short(classifyError(socket))]).toEqual([code, 'outage'])
    expect(short(classifyError(new TypeError('fetch failed', { cause: socket })))).toBe('outage')
  }
})

test('Redis away, full or read-only is an outage, a refused password a matter of credentials', () => {
  const met = [
    'LOADING Redis is loading the dataset in memory',
    "READONLY You can't write against a read only replica.",
    "OOM command not allowed when used memory > 'maxmemory'.",
    'ERR Error running script: READONLY',
    'MISCONF Redis is configured to save RDB snapshots',
    'Connection is closed.',
    'Command timed out',
    'Reached the max retries per request limit (which is 1).',
  ].map((message) => short(classifyError(anError('ReplyError', message))))
  expect(new Set(met)).toEqual(new Set(['outage']))
  expect(short(classifyError(anError('ReplyError', 'WRONGPASS invalid username-password pair')))).toBe('credentials')
})

test("a wait for quota names the limit and stays the same while the account's use changes", () => {
  const wording = (used: number) =>
    `The account-level service limit 'ml.g5.xlarge for training job usage' is 1 Instances, with current utilization of ${used} Instances and a request delta of 1 Instances. Please use AWS Service Quotas to request an increase for this quota.`
  const met = [0, 1].map((used) => classifyError(anError('ResourceLimitExceeded', wording(used))))
  expect(met[0]).toEqual(met[1])
  expect(met[0]).toEqual({
    kind: 'wait',
    for: 'quota',
    reason: 'waits for quota: "ml.g5.xlarge for training job usage", which is 1 Instances',
  })
})

test('of ValidationException only what another state or another minute may cure is tried again', () => {
  const words = [
    'Requested resource not found.',
    'Cannot update in-progress endpoint "x".',
    '1 validation error detected: Value',
  ]
  expect(words.map((message) => short(classifyError(anError('ValidationException', message))))).toEqual([
    'retry',
    'retry',
    'fail',
  ])
})

test('an error of our own code is a bug, unless something else caused it; anything unheard of is tried again', () => {
  expect(short(classifyError(new TypeError("Cannot read properties of undefined (reading 'x')")))).toBe('bug')
  expect(short(classifyError(new Error('unheard of')))).toBe('retry')
  expect(short(classifyError('not even an error'))).toBe('retry')
  expect(short(classifyError(new SyntaxError('Unexpected end of JSON input')))).toBe('retry')
})
