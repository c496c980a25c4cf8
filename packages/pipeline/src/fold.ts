import {
  acceptedSchema,
  type ApproachSpec,
  type ChannelLayout,
  channelLayouts,
  type Intent,
  intentSchema,
  markSchema,
  type Outcome,
  outcomeSchema,
  type Retry,
  retrySchema,
  type StageName,
  stageOutputSchemas,
} from '@assay/contracts'
import type { ApproachRecord, ExperimentRecord } from './record.ts'
import { parseShardName } from './shards.ts'

type Documents = ReadonlyMap<string, unknown>

/** Documents never change, so each is checked against its schema once; folding again is then cheap. */
const once = <Parsed>(parse: (document: unknown) => Parsed) => {
  const known = new WeakMap<object, Parsed>()
  return (document: unknown): Parsed => {
    if (typeof document !== 'object' || document === null) return parse(document)
    const parsed = known.get(document) ?? parse(document)
    known.set(document, parsed)
    return parsed
  }
}

const parseAccepted = once((document) => acceptedSchema.parse(document))
const parseMark = once((document) => markSchema.parse(document))
const parseRetry = once((document) => retrySchema.parse(document))
const parseIntent = once((document) => intentSchema.parse(document))
const parseOutcome = once((document) => {
  const outcome = outcomeSchema.parse(document)
  const output = outcome.output === undefined ? undefined : stageOutputSchemas[outcome.stage].parse(outcome.output)
  return { ...outcome, ...(output === undefined ? {} : { output }) }
})

const outcomeAt = <Stage extends StageName>(
  documents: Documents,
  path: string,
  ...stages: Stage[]
): Outcome<Stage> | undefined => {
  const document = documents.get(path)
  if (document === undefined) return undefined
  const outcome = parseOutcome(document)
  if (!stages.some((name) => name === outcome.stage))
    throw new Error(`${path} holds the outcome of ${outcome.stage}, ${stages.join(' or ')} needed`)
  return outcome as Outcome<Stage>
}

const retriesOf = (documents: Documents): Retry[] => {
  const retries: Retry[] = []
  for (;;) {
    const next = documents.get(`retry-${retries.length + 1}.json`)
    if (next === undefined) return retries
    retries.push(parseRetry(next))
  }
}

/** When an attempt after the first began, by itself or because it was asked for; undefined where it has not. */
const beganAtOf = (
  documents: Documents,
  retries: readonly Retry[],
  approachId: string,
  attempt: number,
): string | undefined => {
  const unasked = documents.get(`${approachId}/${attempt}/attempt.json`)
  if (unasked !== undefined) return parseMark(unasked).at
  return retries.find((retry) => retry.approachId === approachId && retry.attempt === attempt)?.at
}

const foldAttempt = (documents: Documents, spec: ApproachSpec, index: number, attempt: number): ApproachRecord => {
  const prefix = `${spec.id}/${attempt}/`
  const infer = new Map<number, Outcome<'infer'>>()
  const inferValidation = new Map<number, Outcome<'infer'>>()
  const intents: Intent[] = []
  for (const [path, document] of documents) {
    if (path.startsWith(`${prefix}resources/`)) intents.push(parseIntent(document))
    if (!path.startsWith(`${prefix}infer-`)) continue
    const { part, shard } = parseShardName(path.slice(prefix.length + 'infer-'.length, -'.json'.length))
    const outcome = outcomeAt(documents, path, 'infer')
    if (outcome) (part === 'test' ? infer : inferValidation).set(shard, outcome)
  }
  const train =
    outcomeAt(documents, `${prefix}train.json`, 'train') ?? outcomeAt(documents, `${prefix}tune.json`, 'tune')
  const deploy = outcomeAt(documents, `${prefix}deploy.json`, 'deploy')
  const closed = documents.get(`${prefix}closed.json`)
  const evaluate = outcomeAt(documents, `${prefix}evaluate.json`, 'evaluate')
  const teardown = outcomeAt(documents, `${prefix}teardown.json`, 'teardown')
  const stop = documents.get(`${prefix}stop-tuning.json`)
  return {
    id: spec.id,
    index,
    spec,
    attempt,
    intents,
    ...(stop === undefined ? {} : { tuningStopRequestedAt: markSchema.parse(stop).at }),
    infer,
    inferValidation,
    ...(closed === undefined ? {} : { closedAt: parseMark(closed).at }),
    ...(train ? { train } : {}),
    ...(deploy ? { deploy } : {}),
    ...(evaluate ? { evaluate } : {}),
    ...(teardown ? { teardown } : {}),
  }
}

const foldApproach = (
  documents: Documents,
  retries: readonly Retry[],
  spec: ApproachSpec,
  index: number,
): ApproachRecord[] => {
  const attempts: ApproachRecord[] = []
  for (let attempt = 1; ; attempt++) {
    const beganAt = beganAtOf(documents, retries, spec.id, attempt)
    if (attempt > 1 && beganAt === undefined) return attempts
    const before = attempts.at(-1)
    const firstInstanceType = before?.train?.reason?.nextInstanceType
    const firstHostingType = before?.deploy?.reason?.nextInstanceType
    const own = {
      ...foldAttempt(documents, spec, index, attempt),
      ...(beganAt === undefined ? {} : { beganAt }),
      ...(firstInstanceType === undefined ? {} : { firstInstanceType }),
      ...(firstHostingType === undefined ? {} : { firstHostingType }),
    }
    const kept = attempts.findLast(({ train }) => train?.status === 'succeeded')?.train
    attempts.push(own.train || !kept ? own : { ...own, train: kept })
  }
}

/** Experiment from its documents (paths below `experiments/<id>/`); undefined where it was never accepted. Pure. */
export const foldExperiment = (documents: Documents): ExperimentRecord | undefined => {
  const spec = documents.get('spec.json')
  if (spec === undefined) return undefined
  const accepted = parseAccepted(spec)
  const approaches: ApproachRecord[] = []
  const earlierAttempts: ApproachRecord[] = []
  const retries = retriesOf(documents)
  for (const [index, approach] of accepted.spec.approaches.entries()) {
    const attempts = foldApproach(documents, retries, approach, index)
    approaches.push(...attempts.slice(-1))
    earlierAttempts.push(...attempts.slice(0, -1))
  }
  const covers = (outcome: Outcome<'report'> | Outcome<'finish'>) =>
    approaches.every(({ id, attempt }) => outcome.attempts?.[id] === attempt)
  let round = 1
  let report = outcomeAt(documents, 'report-1.json', 'report')
  let finish = outcomeAt(documents, 'outcome-1.json', 'finish')
  // A report that lacks the newest attempts stays as it is; the next round's will have them.
  while ((report && !covers(report)) || (finish && !covers(finish))) {
    round++
    report = outcomeAt(documents, `report-${round}.json`, 'report')
    finish = outcomeAt(documents, `outcome-${round}.json`, 'finish')
  }
  const cancel = documents.get('cancel.json')
  const split = outcomeAt(documents, 'split.json', 'split')
  const prepare = new Map<ChannelLayout, Outcome<'prepare'>>()
  for (const layout of channelLayouts) {
    const outcome = outcomeAt(documents, `prepare-${layout}.json`, 'prepare')
    if (outcome) prepare.set(layout, outcome)
  }
  return {
    id: accepted.id,
    createdAt: accepted.createdAt,
    spec: accepted.spec,
    specSha256: accepted.specSha256,
    dataset: accepted.dataset,
    installation: accepted.installation,
    environment: accepted.environment,
    ...(accepted.prices ? { prices: accepted.prices } : {}),
    ...(accepted.expected ? { expected: accepted.expected } : {}),
    prepare,
    approaches,
    retries: retries.length,
    earlierAttempts,
    round,
    ...(cancel === undefined ? {} : { cancelRequestedAt: parseMark(cancel).at }),
    ...(split ? { split } : {}),
    ...(report ? { report } : {}),
    ...(finish ? { finish } : {}),
  }
}
