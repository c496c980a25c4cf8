import type {
  CreateHyperParameterTuningJobRequest,
  DescribeHyperParameterTuningJobResponse,
  HyperParameterTrainingJobSummary,
} from '@aws-sdk/client-sagemaker'
import type { Wire } from '../../wire.ts'
import type { TrainingRecord } from '../training/training-record.ts'

export type CreateTuningJobInput = Wire<CreateHyperParameterTuningJobRequest>
export type TuningJob = Wire<DescribeHyperParameterTuningJobResponse>
/** What a tuning job was asked for. */
export type TuningRequest = Pick<
  TuningJob,
  'HyperParameterTuningJobConfig' | 'TrainingJobDefinition' | 'TrainingJobDefinitions'
>
export type TrainingDefinition = NonNullable<CreateTuningJobInput['TrainingJobDefinition']>
export type Objective = { Type: 'Maximize' | 'Minimize'; MetricName: string }
export type TrialSummary = Wire<HyperParameterTrainingJobSummary>

/** One trial as the tuning job planned it, written down before its training job is created. */
export interface PlannedTrial {
  trainingJobName: string
  /** Index of its definition. */
  definition: number
  values: Record<string, string>
  /** Epochs it is to train, where the strategy says. */
  epochs?: number
  /** Its training job was created. */
  launched?: boolean
}

/** A trial that a warm start brings along. */
export interface ParentTrial {
  values: Record<string, string>
  loss: number
}

/** What ended a search before its number of trials did. */
export type Completion = 'target' | 'notImproving' | 'converged' | 'maxRuntime' | 'failing'

export interface TuningRecord {
  job: TuningJob
  seed: number
  trials: PlannedTrial[]
  parents: ParentTrial[]
  /** The best of the parents, for OverallBestTrainingJob. */
  parentBest?: TrialSummary
  /** Nothing more is launched; what runs may end. */
  noMoreTrials: boolean
  completion?: Completion
  /** Cloud time at which the search was found to have converged. */
  convergedAt?: number
}

export const isTuningTerminal = ({ HyperParameterTuningJobStatus: status }: TuningJob): boolean =>
  status === 'Completed' || status === 'Failed' || status === 'Stopped'

/** The definitions, one or several. */
export const definitionsOf = (
  job: Pick<TuningJob, 'TrainingJobDefinition' | 'TrainingJobDefinitions'>,
): TrainingDefinition[] => job.TrainingJobDefinitions ?? (job.TrainingJobDefinition ? [job.TrainingJobDefinition] : [])

/** The objective of a definition: its own, or the tuning job's. */
export const objectiveOf = (
  job: Pick<TuningJob, 'HyperParameterTuningJobConfig'>,
  definition: TrainingDefinition,
): Objective => {
  const objective = definition.TuningObjective ?? job.HyperParameterTuningJobConfig.HyperParameterTuningJobObjective
  return { Type: objective?.Type === 'Minimize' ? 'Minimize' : 'Maximize', MetricName: objective?.MetricName ?? '' }
}

/** Turns an objective's value so that less is better, and back. */
export const asLoss = ({ Type }: Objective, value: number): number => (Type === 'Minimize' ? value : -value)

/** A trial as the tuning job's answers have it. */
export const summarize = (
  job: TuningJob,
  planned: PlannedTrial,
  { job: training, objective }: TrainingRecord,
): TrialSummary => {
  const definition = definitionsOf(job)[planned.definition]
  const goal = definition && objectiveOf(job, definition)
  // What a failed trial measured does not count.
  const value = training.TrainingJobStatus === 'Failed' ? undefined : objective?.values.at(-1)
  const ended = training.TrainingEndTime !== undefined || training.TrainingJobStatus === 'Failed'
  return {
    TrainingJobDefinitionName: definition?.DefinitionName,
    TrainingJobName: training.TrainingJobName,
    TrainingJobArn: training.TrainingJobArn,
    TuningJobName: job.HyperParameterTuningJobName,
    CreationTime: training.CreationTime,
    TrainingStartTime: training.TrainingStartTime,
    TrainingEndTime: training.TrainingEndTime,
    TrainingJobStatus: training.TrainingJobStatus,
    TunedHyperParameters: planned.values,
    FailureReason: training.FailureReason,
    FinalHyperParameterTuningJobObjectiveMetric:
      ended && value !== undefined && goal ? { Type: goal.Type, MetricName: goal.MetricName, Value: value } : undefined,
    ObjectiveStatus: !ended ? 'Pending' : value === undefined ? 'Failed' : 'Succeeded',
  }
}
