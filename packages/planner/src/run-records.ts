import { layoutOf, type RunRecord } from '@assay/contracts'
import type { ApproachRecord, ExperimentRecord } from '@assay/pipeline'
import { epochsOf, familyOf } from './run-family.ts'

type Run = Omit<RunRecord, 'writer'>

/** By name of a training job: billed seconds outside the algorithm. */
export type OverheadSeconds = ReadonlyMap<string, number>

const endpointOf = ({ spec, infer, inferValidation, teardown }: ApproachRecord): RunRecord['endpoint'] => {
  const { endpointSeconds, endpointInstanceType } = teardown?.output ?? {}
  const shards = [...infer.values(), ...inferValidation.values()]
  const images = shards.reduce((sum, { output }) => sum + (output?.images ?? 0), 0)
  if (endpointSeconds === undefined || endpointInstanceType === undefined || images === 0) return undefined
  return {
    instanceType: endpointInstanceType,
    maxConcurrency: spec.endpoint.maxConcurrency,
    seconds: endpointSeconds,
    busySeconds: Math.min(endpointSeconds, busySecondsOf(shards)),
    images,
  }
}

const busySecondsOf = (shards: readonly { startedAt: string; endedAt: string }[]): number => {
  const starts = shards.map(({ startedAt }) => Date.parse(startedAt))
  const ends = shards.map(({ endedAt }) => Date.parse(endedAt))
  return (Math.max(...ends) - Math.min(...starts)) / 1000
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
