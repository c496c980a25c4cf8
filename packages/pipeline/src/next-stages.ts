import { layoutOf, type Outcome, type Reason, type StageRef } from '@assay/contracts'
import type { ApproachRecord, ExperimentRecord } from './record.ts'
import { openShards, shardCount, shardName } from './shards.ts'

const failure = (outcome: Outcome | undefined): Reason | undefined =>
  outcome && outcome.status !== 'succeeded'
    ? (outcome.reason ?? { code: outcome.status, message: `${outcome.stage} ${outcome.status}` })
    : undefined

/** Why the approach cannot be evaluated any more; undefined while it still can. */
export const approachFailure = (experiment: ExperimentRecord, approach: ApproachRecord): Reason | undefined =>
  failure(experiment.split) ??
  failure(experiment.prepare.get(layoutOf(approach.spec))) ??
  failure(approach.train) ??
  failure(approach.deploy) ??
  [...approach.infer.values()].map(failure).find(Boolean) ??
  failure(approach.evaluate)

/** Evaluated, or beyond hope. */
const isSettled = (experiment: ExperimentRecord, approach: ApproachRecord): boolean =>
  approach.evaluate !== undefined || approachFailure(experiment, approach) !== undefined

/** Nothing more will be asked of the attempt's cloud resources: all images are answered, or it is settled otherwise. */
const needsTeardown = (experiment: ExperimentRecord, approach: ApproachRecord): boolean =>
  (shardCount(experiment, approach, 'test') > 0 && openShards(experiment, approach).length === 0) ||
  isSettled(experiment, approach)

/** An attempt that never got as far as its channels has created nothing. */
const mayHaveCreated = (experiment: ExperimentRecord, { spec, intents }: ApproachRecord): boolean =>
  intents.length > 0 || experiment.prepare.get(layoutOf(spec))?.status === 'succeeded'

const cloudStages = (experiment: ExperimentRecord, approach: ApproachRecord): StageRef[] => {
  const { id, attempt, spec } = approach
  const ref = { experimentId: experiment.id, approachId: id, attempt }
  if (!approach.train) return [{ ...ref, stage: spec.tuning ? 'tune' : 'train' }]
  if (!approach.deploy) return [{ ...ref, stage: 'deploy' }]
  // A shard sends one request at a time, so shards in flight are the requests in flight to the endpoint.
  const open = openShards(experiment, approach).slice(0, spec.endpoint.maxConcurrency)
  if (open.length > 0) return open.map((shard) => ({ ...ref, stage: 'infer', part: shardName(shard) }))
  return approach.evaluate ? [] : [{ ...ref, stage: 'evaluate' }]
}

const approachStages = (experiment: ExperimentRecord, approach: ApproachRecord): StageRef[] => {
  const stages: StageRef[] = []
  const prepared = experiment.prepare.get(layoutOf(approach.spec))
  if (!prepared && !isSettled(experiment, approach))
    stages.push({ experimentId: experiment.id, stage: 'prepare', part: layoutOf(approach.spec) })
  if (prepared?.status === 'succeeded' && !isSettled(experiment, approach))
    stages.push(...cloudStages(experiment, approach))
  return [...stages, ...teardownStages(experiment, approach)]
}

const teardownStages = (experiment: ExperimentRecord, approach: ApproachRecord): StageRef[] =>
  !approach.teardown && mayHaveCreated(experiment, approach) && needsTeardown(experiment, approach)
    ? [{ experimentId: experiment.id, approachId: approach.id, attempt: approach.attempt, stage: 'teardown' }]
    : []

const isClean = (experiment: ExperimentRecord, approach: ApproachRecord): boolean =>
  approach.teardown !== undefined || !mayHaveCreated(experiment, approach)

/** The stages that can run now; empty once the experiment is terminal. Pure; the same answer for the same record. */
export const nextStages = (experiment: ExperimentRecord): StageRef[] => {
  const { id, approaches, earlierAttempts, round } = experiment
  if (experiment.finish) return []
  if (!experiment.split) return [{ experimentId: id, stage: 'split' }]
  const stages = approaches.flatMap((approach) => approachStages(experiment, approach))
  for (const attempt of earlierAttempts)
    if (!attempt.teardown && mayHaveCreated(experiment, attempt))
      stages.push({ experimentId: id, approachId: attempt.id, attempt: attempt.attempt, stage: 'teardown' })
  const settled = approaches.every((approach) => isSettled(experiment, approach))
  const part = String(round)
  if (settled && !experiment.report) stages.push({ experimentId: id, stage: 'report', part })
  const clean = [...approaches, ...earlierAttempts].every((approach) => isClean(experiment, approach))
  if (settled && clean && experiment.report) stages.push({ experimentId: id, stage: 'finish', part })
  const unique = new Map(stages.map((ref) => [stageKey(ref), ref]))
  return [...unique.values()]
}

/** A stage's name within its experiment, for maps and job ids: `type-1.1.infer.3`, `split`. */
export const stageKey = ({ approachId, attempt, stage, part }: StageRef): string =>
  [approachId, attempt, stage, part].filter((word) => word !== undefined).join('.')

/** The stages that a cancel ends without running them: all that have no outcome, but for teardown and the end. */
export const cancelableStages = (experiment: ExperimentRecord): StageRef[] => {
  const { id: experimentId, round } = experiment
  const stages: StageRef[] = []
  if (!experiment.split) stages.push({ experimentId, stage: 'split' })
  for (const layout of new Set(experiment.spec.approaches.map(layoutOf)))
    if (!experiment.prepare.has(layout)) stages.push({ experimentId, stage: 'prepare', part: layout })
  for (const approach of experiment.approaches) {
    const ref = { experimentId, approachId: approach.id, attempt: approach.attempt }
    if (!approach.train) stages.push({ ...ref, stage: approach.spec.tuning ? 'tune' : 'train' })
    if (!approach.deploy) stages.push({ ...ref, stage: 'deploy' })
    if (!approach.evaluate) stages.push({ ...ref, stage: 'evaluate' })
  }
  if (!experiment.report) stages.push({ experimentId, stage: 'report', part: String(round) })
  return stages
}

/** What the experiment amounts to once everything is settled and clean. */
export const finalState = (
  experiment: ExperimentRecord,
): 'succeeded' | 'partially_succeeded' | 'failed' | 'canceled' => {
  const evaluated = experiment.approaches.filter(({ evaluate }) => evaluate?.status === 'succeeded').length
  if (experiment.report?.status === 'canceled') return 'canceled'
  if (experiment.report?.status !== 'succeeded' || evaluated === 0) return 'failed'
  return evaluated === experiment.approaches.length ? 'succeeded' : 'partially_succeeded'
}
