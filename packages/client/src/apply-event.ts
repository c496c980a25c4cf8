import type { ExperimentEvent, ExperimentView, StageView } from '@assay/contracts'

const put = (stages: readonly StageView[], changed: StageView): StageView[] => {
  const isSame = ({ stage, part }: StageView) => stage === changed.stage && part === changed.part
  return stages.some(isSame) ? stages.map((stage) => (isSame(stage) ? changed : stage)) : [...stages, changed]
}

/** The view after an event. Pure. Before the first snapshot there is none. */
export const applyEvent = (view: ExperimentView | undefined, event: ExperimentEvent): ExperimentView | undefined => {
  if (event.type === 'snapshot') return event.experiment
  if (!view) return undefined
  if (event.type === 'state') return { ...view, state: event.state }
  if (event.type === 'cost') return { ...view, cost: event.cost }
  const { approachId, stage } = event
  if (approachId === undefined) return { ...view, stages: put(view.stages, stage) }
  return {
    ...view,
    approaches: view.approaches.map((approach) =>
      approach.id === approachId ? { ...approach, stages: put(approach.stages, stage) } : approach,
    ),
  }
}
