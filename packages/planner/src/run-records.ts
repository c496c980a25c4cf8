import { layoutOf, type RunRecord } from '@assay/contracts'
import type { ApproachRecord, ExperimentRecord } from '@assay/pipeline'
import { endpointUse } from '@assay/pricing'
import { epochsOf, familyOf } from './run-family.ts'

type Run = Omit<RunRecord, 'writer'>

/** By name of a training job: billed seconds outside the algorithm. */
export type OverheadSeconds = ReadonlyMap<string, number>

const endpointOf = (approach: ApproachRecord): RunRecord['endpoint'] => {
  const use = endpointUse(approach)
  const shards = [...approach.infer.values(), ...approach.inferValidation.values()]
  const images = shards.reduce((sum, { output }) => sum + (output?.images ?? 0), 0)
  return use?.use === 'hosting' && images > 0
    ? {
        instanceType: use.instanceType,
        seconds: use.seconds,
        busySeconds: use.busySeconds,
        maxConcurrency: approach.spec.endpoint.maxConcurrency,
        images,
      }
    : undefined
}

const runOf = (experiment: ExperimentRecord, approach: ApproachRecord, overheads: OverheadSeconds): Run | undefined => {
  const { id: approachId, spec, train } = approach
  const trainImages = experiment.prepare.get(layoutOf(spec))?.output?.trainImages ?? 0
  // What was reused has been recorded by the experiment that trained it.
  if (!train?.output || train.output.reusedFrom || trainImages === 0) return undefined
  const completed = train.output.trials.filter(({ status }) => status === 'Completed')
  const trials = completed.flatMap(({ name, instanceType, instanceCount, billableSeconds, hyperparameters }) => {
    const epochs = epochsOf(hyperparameters)
    if (billableSeconds === undefined || epochs === undefined) return []
    const overheadSeconds = overheads.get(name)
    return [
      {
        instanceType,
        instanceCount,
        billableSeconds,
        epochs,
        ...(overheadSeconds === undefined ? {} : { overheadSeconds }),
      },
    ]
  })
  if (trials.length === 0) return undefined
  const tuned = Object.keys(spec.tuning?.ranges ?? {})
  const sent = Object.entries(completed[0]?.hyperparameters ?? {}).filter(([name]) => !tuned.includes(name))
  const maxTrials = spec.tuning?.maxTrials ?? 1
  const endpoint = endpointOf(approach)
  return {
    experimentId: experiment.id,
    approachId,
    at: train.endedAt,
    environment: experiment.environment,
    family: familyOf(spec),
    hyperparameters: Object.fromEntries(sent),
    trainImages,
    maxTrials,
    parallel: Math.min(spec.tuning?.maxParallel ?? 1, maxTrials),
    trials,
    trainWallSeconds: train.output.wallSeconds,
    ...(endpoint ? { endpoint } : {}),
  }
}

/** What the approaches of an experiment took, for later plans; approaches whose training did not succeed say nothing. */
export const runRecordsOf = (experiment: ExperimentRecord, overheads: OverheadSeconds): Run[] =>
  experiment.approaches.flatMap((approach) => runOf(experiment, approach, overheads) ?? [])
