import type { DatasetRecord, RegisterDataset } from '@assay/contracts'
import type { FastifyBaseLogger } from 'fastify'
import type { ApiContext, LocationState } from './context.ts'
import { nudge } from './nudge.ts'
import { ProblemError } from './problem-error.ts'
import { requireReady } from './submit.ts'

const refusals = {
  'missing-bucket': 'the bucket does not exist',
  'foreign-bucket':
    'the bucket belongs to another account than expected; whoever runs Assay states its account in ASSAY_DATASET_BUCKETS as NAME=ACCOUNT',
  'denied-bucket':
    'the bucket may not be read with the credentials of the API; its policy and docs/iam/api.json must both allow s3:ListBucket',
  empty: 'nothing lies under this prefix',
  'not-allowed': 'the bucket is not among those that data sets may be registered from',
} as const satisfies Record<Exclude<LocationState, 'ok'>, string>

/** Refuses a place that cannot be used before anything is written; the check of what lies in S3 begins by itself, that of an upload when it is completed. */
export const registerDataset = async (
  context: ApiContext,
  body: RegisterDataset,
  log: FastifyBaseLogger,
): Promise<DatasetRecord> => {
  await requireReady(context)
  if (!('s3Uri' in body)) return await context.ledger.registerDataset({ name: body.name, upload: true })
  const location = body.s3Uri.endsWith('/') ? body.s3Uri : `${body.s3Uri}/`
  const state = await context.objects.checkLocation(location)
  if (state !== 'ok')
    throw new ProblemError('invalid-content', `/s3Uri: ${location}: ${refusals[state]}`, {
      errors: [{ pointer: '/s3Uri', detail: refusals[state] }],
    })
  const record = await context.ledger.registerDataset({ name: body.name, location, upload: false })
  nudge(log, 'checkDataset', context.checkDataset(record.id))
  return record
}
