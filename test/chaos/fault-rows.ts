import type { ExperimentRecord } from '@assay/pipeline'
import type { FaultRule } from '../../apps/local-cloud/src/control/fault-rules.ts'
import type { Violation } from './invariants.ts'
import { type ChaosStage, cloudCalls, outcomeWrite, type Target } from './stages.ts'

/** One kind of fault, aimed at every stage that can meet it. */
export interface FaultRow {
  fault: string
  rules: (stage: ChaosStage, id: string) => FaultRule[]
  /** Why the stages that no rule aims at cannot meet it. */
  elsewhere?: string
  /** Every stage must come to its end at its first try. */
  costsNoTry?: boolean
}

type Effect = FaultRule['effect']

/** As the control plane and S3 word the same trouble. */
const both =
  (cloud: Effect, s3: Effect, count: number) =>
  (stage: ChaosStage, id: string): FaultRule[] => [
    ...cloudCalls(stage, id).map((target) => ({ ...target, count, effect: cloud })),
    { ...outcomeWrite(stage, id), count, effect: s3 },
  ]

const error = (code: string, status: number, message: string): Effect => ({ error: { code, status, message } })

const creates = (stage: ChaosStage, id: string) =>
  cloudCalls(stage, id).filter(({ operation }) => operation.startsWith('Create'))

const reads = ({ reads: pattern }: ChaosStage, id: string): Target[] =>
  pattern === undefined ? [] : [{ service: 's3', operation: 'GetObject', resource: pattern(id) }]

const READS_ONLY_DOCUMENTS = 'it decides nothing by what it reads but by documents, which split reads damaged for all'

/** More often than the SDK asks by itself, so that our own handling is met too. */
const BEYOND_THE_SDK = 5

export const faultRows: readonly FaultRow[] = [
  {
    fault: 'throttled',
    rules: both(
      error('ThrottlingException', 400, 'Rate exceeded'),
      error('SlowDown', 503, 'Please reduce your request rate.'),
      BEYOND_THE_SDK,
    ),
    costsNoTry: true,
  },
  {
    fault: 'answer lost after the work was done',
    rules: (stage, id) =>
      both({ drop: true }, { drop: true }, 1)(stage, id).map((rule) => ({ ...rule, when: 'after' })),
    costsNoTry: true,
  },
  { fault: 'connection lost before', rules: both({ drop: true }, { drop: true }, BEYOND_THE_SDK), costsNoTry: true },
  {
    fault: 'burst of internal errors',
    rules: both(
      error('InternalFailure', 500, 'The request processing has failed because of an unknown error.'),
      error('InternalError', 500, 'We encountered an internal error. Please try again.'),
      BEYOND_THE_SDK,
    ),
    costsNoTry: true,
  },
  {
    fault: 'credentials expired, longer than all tries',
    rules: both(
      error('ExpiredTokenException', 400, 'The security token included in the request is expired'),
      error('ExpiredToken', 400, 'The provided token has expired.'),
      10,
    ),
    costsNoTry: true,
  },
  {
    fault: 'quota reached',
    rules: (stage, id) =>
      creates(stage, id)
        .filter(({ operation }) => /Job|Endpoint$/.test(operation))
        .map((target) => ({
          ...target,
          count: 3,
          effect: error('ResourceLimitExceeded', 400, "The account-level service limit 'instances' is 1 Instances."),
        })),
    elsewhere: 'it asks for no instance',
    costsNoTry: true,
  },
  {
    fault: 'not visible yet after Create',
    rules: (stage, id) => creates(stage, id).map((target) => ({ ...target, count: 1, effect: { hideMs: 800 } })),
    elsewhere: 'it creates nothing in the cloud',
    costsNoTry: true,
  },
  {
    fault: 'a bit flipped in what is read',
    rules: (stage, id) => reads(stage, id).map((target) => ({ ...target, count: 2, effect: { corrupt: true } })),
    elsewhere: READS_ONLY_DOCUMENTS,
  },
  {
    fault: 'half a body read',
    rules: (stage, id) => reads(stage, id).map((target) => ({ ...target, count: 2, effect: { truncate: true } })),
    elsewhere: READS_ONLY_DOCUMENTS,
  },
  {
    fault: 'log service down',
    rules: ({ name }) =>
      name === 'train' || name === 'tune'
        ? [{ service: 'logs', count: 12, effect: error('ServiceUnavailableException', 503, 'Service unavailable') }]
        : [],
    elsewhere: 'it reads no log',
    costsNoTry: true,
  },
]

/** Outcomes that took more than one try. */
export const burntTries = (experiment: ExperimentRecord): Violation[] => {
  const { split, prepare, approaches, report, finish } = experiment
  const outcomes = [
    split,
    ...prepare.values(),
    ...approaches.flatMap(({ train, deploy, infer, evaluate, teardown }) => [
      train,
      deploy,
      ...infer.values(),
      evaluate,
      teardown,
    ]),
    report,
    finish,
  ]
  return outcomes.flatMap((outcome) =>
    outcome && outcome.tries > 1
      ? [{ invariant: 'tries', detail: `${experiment.id} ${outcome.stage} took ${outcome.tries} tries` } as const]
      : [],
  )
}
