import type { ExperimentEvent, ExperimentView, StageView } from '@assay/contracts'

const stagesOf = (view: ExperimentView): { approachId?: string; stage: StageView }[] => [
  ...view.stages.map((stage) => ({ stage })),
  ...view.approaches.flatMap(({ id, stages }) => stages.map((stage) => ({ approachId: id, stage }))),
]

const keyOf = ({ approachId, stage }: { approachId?: string; stage: StageView }) =>
  `${approachId ?? ''}/${stage.stage}/${stage.part ?? ''}`

/** What an event stream says when one view follows another: every stage that differs, then the state. A new attempt or round begins with a snapshot. */
export const viewChanges = (before: ExperimentView, after: ExperimentView): ExperimentEvent[] => {
  const summary = ({ approaches }: ExperimentView) =>
    JSON.stringify(approaches.map(({ attempt, state, map }) => [attempt, state, map]))
  if (summary(before) !== summary(after)) return [{ type: 'snapshot', experiment: after }]
  const known = new Map(stagesOf(before).map((entry) => [keyOf(entry), JSON.stringify(entry.stage)]))
  const at = new Date().toISOString()
  const events: ExperimentEvent[] = stagesOf(after)
    .filter((entry) => known.get(keyOf(entry)) !== JSON.stringify(entry.stage))
    .map(({ approachId, stage }) => ({ type: 'stage', at, stage, ...(approachId === undefined ? {} : { approachId }) }))
  if (after.cost && events.length > 0) events.push({ type: 'cost', at: after.cost.at, cost: after.cost })
  if (before.state !== after.state) events.push({ type: 'state', at, state: after.state })
  return events
}
