import {
  type ApproachView,
  type ExperimentState,
  type ExperimentSummary,
  type ExperimentView,
  layoutOf,
  type Outcome,
  type Progress,
  type Reason,
  type StageName,
  type StageView,
} from '@assay/contracts'
import { approachFailure, nextStages, stageKey } from './next-stages.ts'
import type { ApproachRecord, ExperimentRecord } from './record.ts'
import { openShards, shardCount } from './shards.ts'

type ProgressByKey = ReadonlyMap<string, Progress>

/** A training that was taken over succeeded in no time; people should see why. */
const reusedReason = ({ output }: Outcome): Reason | undefined => {
  const from = output !== undefined && 'reusedFrom' in output ? output.reusedFrom : undefined
  return from && { code: 'reused', message: `reused from ${from.approachId} of experiment ${from.experimentId}` }
}

const ended = (outcome: Outcome): Partial<StageView> => ({
  startedAt: outcome.startedAt,
  endedAt: outcome.endedAt,
  tries: outcome.tries,
  waits: outcome.waits,
  ...withReason(outcome.reason ?? reusedReason(outcome)),
})

const withReason = (reason: Reason | undefined) => (reason ? { reason } : {})

const stageView = (
  stage: StageName,
  key: string,
  outcome: Outcome | undefined,
  { runnable, progress, dead }: { runnable: ReadonlySet<string>; progress: ProgressByKey; dead: boolean },
  part?: string,
): StageView => {
  const name = { stage, ...(part === undefined ? {} : { part }) }
  if (outcome) return { ...name, state: outcome.status, ...ended(outcome) }
  const live = progress.get(key)
  if (runnable.has(key)) return live ? { ...name, state: live.state, progress: live } : { ...name, state: 'queued' }
  return { ...name, state: dead ? 'skipped' : 'pending' }
}

/** All shards as one row, counted in images. */
const inferView = (
  experiment: ExperimentRecord,
  approach: ApproachRecord,
  live: ProgressByKey,
  runnable: ReadonlySet<string>,
  dead: boolean,
): StageView => {
  const outcomes = [...approach.infer.values(), ...approach.inferValidation.values()]
  const counts = experiment.split?.output?.images
  const total = (['test', 'validation'] as const)
    .filter((part) => shardCount(experiment, approach, part) > 0)
    .reduce((sum, part) => sum + (counts?.[part] ?? 0), 0)
  const failed = [...approach.infer.values()].find(({ status }) => status !== 'succeeded')
  if (failed) return { stage: 'infer', state: failed.status, ...ended(failed) }
  const done = outcomes.reduce((sum, { output }) => sum + (output?.images ?? 0), 0)
  const startedAt = outcomes.map((outcome) => outcome.startedAt).sort()[0]
  if (total > 0 && openShards(experiment, approach).length === 0) {
    const endedAt = outcomes
      .map((outcome) => outcome.endedAt)
      .sort()
      .at(-1)
    const tries = Math.max(...outcomes.map((outcome) => outcome.tries))
    return {
      stage: 'infer',
      state: 'succeeded',
      ...(startedAt ? { startedAt } : {}),
      ...(endedAt ? { endedAt } : {}),
      tries,
    }
  }
  const keys = [...runnable].filter((key) => key.startsWith(`${approach.id}.${approach.attempt}.infer.`))
  if (keys.length === 0) return { stage: 'infer', state: dead ? 'skipped' : 'pending' }
  const alive = keys.flatMap((key) => live.get(key) ?? [])
  const first = alive[0]
  const sum = done + alive.reduce((images, one) => images + (one.done ?? 0), 0)
  const progress: Progress = {
    ...(first ?? { state: 'running', message: 'sends the images', since: startedAt ?? experiment.createdAt }),
    done: Math.min(sum, total),
    total,
    unit: 'images',
  }
  return {
    stage: 'infer',
    state: first || done > 0 ? progress.state : 'queued',
    progress,
    ...(startedAt ? { startedAt } : {}),
  }
}

const approachView = (
  experiment: ExperimentRecord,
  approach: ApproachRecord,
  runnable: ReadonlySet<string>,
  progress: ProgressByKey,
): ApproachView => {
  const { id, attempt, spec } = approach
  const reason = approachFailure(experiment, approach)
  const shared = { runnable, progress, dead: reason !== undefined }
  const view = (stage: StageName, outcome: Outcome | undefined) =>
    stageView(stage, stageKey({ experimentId: experiment.id, approachId: id, attempt, stage }), outcome, shared)
  const stages = [
    view(spec.tuning ? 'tune' : 'train', approach.train),
    view('deploy', approach.deploy),
    inferView(experiment, approach, progress, runnable, shared.dead),
    view('evaluate', approach.evaluate),
    view('teardown', approach.teardown),
  ]
  const stats = approach.evaluate?.output?.stats
  const canceled = reason?.code === 'canceled'
  const started = experiment.prepare.get(layoutOf(spec))?.status === 'succeeded'
  return {
    id,
    title: spec.title ?? id,
    recipe: spec.recipe,
    attempt,
    state: stats ? 'succeeded' : canceled ? 'canceled' : reason ? 'failed' : started ? 'running' : 'pending',
    ...(reason ? { reason } : {}),
    stages,
    ...(stats ? { map: stats[0], ap50: stats[1] } : {}),
  }
}

const stateOf = (experiment: ExperimentRecord): ExperimentState => {
  const { finish, report, cancelRequestedAt } = experiment
  if (finish?.output) return finish.output.state
  if (cancelRequestedAt !== undefined) return 'canceling'
  return report ? 'cleaning-up' : 'running'
}

/** The experiment as the API shows it. Pure. */
export const viewExperiment = (experiment: ExperimentRecord, progress: ProgressByKey): ExperimentView => {
  const { id, spec, split, prepare, report, finish, round, cancelRequestedAt } = experiment
  const runnable = new Set(nextStages(experiment).map(stageKey))
  const shared = { runnable, progress, dead: split !== undefined && split.status !== 'succeeded' }
  const layouts = [...new Set(spec.approaches.map(layoutOf))]
  const stages = [
    stageView('split', 'split', split, shared),
    ...layouts.map((layout) => stageView('prepare', `prepare.${layout}`, prepare.get(layout), shared, layout)),
    stageView('report', `report.${round}`, report, { ...shared, dead: false }),
    stageView('finish', `finish.${round}`, finish, { ...shared, dead: false }),
  ]
  const self = `/v1/experiments/${id}`
  const reason = split?.reason ?? report?.reason
  return {
    id,
    name: spec.name,
    state: stateOf(experiment),
    environment: experiment.environment,
    datasetId: spec.dataset,
    createdAt: experiment.createdAt,
    ...(finish ? { endedAt: finish.endedAt } : {}),
    ...(cancelRequestedAt === undefined ? {} : { cancelRequestedAt }),
    ...(reason ? { reason } : {}),
    stages,
    approaches: experiment.approaches.map((approach) => approachView(experiment, approach, runnable, progress)),
    ...(split?.output ? { split: { images: split.output.images, grouping: split.output.grouping } } : {}),
    ...(finish?.output ? { outcome: finish.output } : {}),
    spec,
    links: { self, events: `${self}/events`, report: `${self}/report`, page: `/experiments/${id}` },
  }
}

/** The row of an experiment in a list. */
export const summarize = ({
  id,
  name,
  state,
  datasetId,
  createdAt,
  endedAt,
  approaches,
}: ExperimentView): ExperimentSummary => ({
  id,
  name,
  state,
  datasetId,
  createdAt,
  ...(endedAt === undefined ? {} : { endedAt }),
  approaches: approaches.map(({ id, state, map }) => ({ id, state, ...(map === undefined ? {} : { map }) })),
})
