import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { AwsError, validationError } from '../../aws-error.ts'
import { openTable, type Table } from '../../state/table.ts'
import { createStrategy, type StrategyName } from '../../tuning/create-strategy.ts'
import { type Dimension, type ParameterRanges, parseRanges } from '../../tuning/dimension.ts'
import { gridSize } from '../../tuning/grid-search.ts'
import { shouldStopEarly } from '../../tuning/median-rule.ts'
import type { ObservedTrial, Strategy } from '../../tuning/strategy.ts'
import { arnOf, type CloudContext } from '../context.ts'
import { isTerminal, type TrainingRecord } from '../training/training-record.ts'
import type { TrainingService } from '../training/training-service.ts'
import { completionOf } from './completion.ts'
import { epochsParameter, trialName, trialRequest } from './trial-request.ts'
import {
  asLoss,
  type CreateTuningJobInput,
  definitionsOf,
  isTuningTerminal,
  objectiveOf,
  type PlannedTrial,
  summarize,
  type TrialSummary,
  type TuningJob,
  type TuningRecord,
} from './tuning-record.ts'
import { inheritParents } from './warm-start.ts'

/** Tuning jobs: their records, and the trials they launch. */
export interface TuningService {
  table: Table<TuningRecord>
  create(input: CreateTuningJobInput): string
  get(name: string): TuningRecord
  /** The job with its counters, best trial and resources as of now. */
  describe(name: string): TuningJob
  trials(name: string): TrialSummary[]
  stop(name: string): void
  /** Deletes a job that has ended; its training jobs stay. */
  delete(name: string): void
  resume(): void
  close(): Promise<void>
}

const keyOf = (name: string) => name.toLowerCase()

const dimensionsOf = (ranges: unknown): Dimension[] => {
  try {
    return parseRanges((ranges ?? {}) as ParameterRanges)
  } catch (error) {
    throw error instanceof RangeError ? validationError(error.message) : error
  }
}

/** The ranges of each definition: its own, or the tuning job's. */
const rangesByDefinition = (
  job: Pick<TuningJob, 'HyperParameterTuningJobConfig' | 'TrainingJobDefinition' | 'TrainingJobDefinitions'>,
) =>
  definitionsOf(job).map((definition) =>
    dimensionsOf(definition.HyperParameterRanges ?? job.HyperParameterTuningJobConfig.ParameterRanges),
  )

const check = (context: CloudContext, input: CreateTuningJobInput) => {
  const config = input.HyperParameterTuningJobConfig
  const definitions = definitionsOf(input)
  if (definitions.length === 0 || (input.TrainingJobDefinition && input.TrainingJobDefinitions))
    throw validationError('Exactly one of TrainingJobDefinition and TrainingJobDefinitions must be given')
  const ranges = rangesByDefinition(input)
  for (const [index, definition] of definitions.entries()) {
    const dimensions = ranges[index] ?? []
    const image = definition.AlgorithmSpecification.TrainingImage ?? ''
    const program = context.registry.find(image)
    if (!program?.train && !program?.scripted)
      throw validationError(
        `The local cloud has no training program for the image ${image}; add one to the registry file`,
      )
    const both = dimensions.find(({ name }) => Object.hasOwn(definition.StaticHyperParameters ?? {}, name))
    if (both) throw validationError(`The hyperparameter ${both.name} is both static and tuned`)
    const { MetricName } = objectiveOf(input, definition)
    if (!MetricName) throw validationError('A tuning objective is required')
    const known = [...(definition.AlgorithmSpecification.MetricDefinitions ?? []), ...(program.metrics ?? [])]
    if (!program.scripted && !known.some(({ Name }) => Name === MetricName))
      throw validationError(
        `The objective metric ${MetricName} is not among the metrics of the training job definition`,
      )
    if (config.Strategy === 'Grid') {
      const size = (() => {
        try {
          return gridSize(dimensions)
        } catch (error) {
          throw error instanceof RangeError ? validationError(error.message) : error
        }
      })()
      const most = config.ResourceLimits.MaxNumberOfTrainingJobs
      if (most !== undefined && most !== size)
        throw validationError(
          `MaxNumberOfTrainingJobs must be absent or ${size}, the number of combinations of the grid`,
        )
    }
    if (config.Strategy === 'Hyperband') {
      if (config.TrainingJobEarlyStoppingType === 'Auto')
        throw validationError('TrainingJobEarlyStoppingType must be Off for the Hyperband strategy')
      if (epochsParameter(definition) === undefined)
        throw validationError('Hyperband needs a static hyperparameter that gives the number of epochs')
    }
  }
}

export const createTuningService = (context: CloudContext, training: TrainingService): TuningService => {
  const { clock, tags } = context
  const table = openTable<TuningRecord>(join(context.dataDir, 'tuning-jobs.jsonl'))
  const strategies = new Map<string, Strategy[]>()
  const busy = new Map<string, Promise<void>>()
  const again = new Set<string>()
  let closed = false

  const trainingOf = ({ trainingJobName }: PlannedTrial): TrainingRecord | undefined =>
    training.table.get(keyOf(trainingJobName))
  /** A trial that was launched and is not known any more was deleted, so it had ended. */
  const isRunning = (planned: PlannedTrial): boolean => {
    const found = trainingOf(planned)
    return found ? !isTerminal(found.job) : !planned.launched
  }
  const save = (record: TuningRecord) => {
    record.job.LastModifiedTime = clock.stamp()
    table.set(keyOf(record.job.HyperParameterTuningJobName), record)
  }

  const strategiesOf = ({ job, seed }: TuningRecord): Strategy[] => {
    const key = job.HyperParameterTuningJobArn
    let found = strategies.get(key)
    if (!found) {
      const definitions = definitionsOf(job)
      const config = job.HyperParameterTuningJobConfig
      found = rangesByDefinition(job).map((dimensions, index) => {
        const definition = definitions[index]
        const epochsName = definition && epochsParameter(definition)
        const hyperband = config.StrategyConfig?.HyperbandStrategyConfig
        return createStrategy({
          name: config.Strategy as StrategyName,
          dimensions,
          // The seed alone would give every definition the same numbers.
          seed: seed + index * 7919,
          leastEpochs: hyperband?.MinResource ?? 1,
          mostEpochs:
            hyperband?.MaxResource ?? Number((epochsName && definition?.StaticHyperParameters?.[epochsName]) ?? 1),
        })
      })
      strategies.set(key, found)
    }
    return found
  }

  const observe = (record: TuningRecord, definitionIndex: number): ObservedTrial[] => {
    const definition = definitionsOf(record.job)[definitionIndex]
    if (!definition) return []
    const objective = objectiveOf(record.job, definition)
    return record.trials
      .filter((planned) => planned.definition === definitionIndex)
      .map((planned) => {
        const found = trainingOf(planned)
        const running = isRunning(planned)
        const lossByEpoch = (found?.objective?.values ?? []).map((value) => asLoss(objective, value))
        return { values: planned.values, loss: running ? undefined : lossByEpoch.at(-1), running, lossByEpoch }
      })
  }

  const stopEarly = (record: TuningRecord) => {
    if (record.job.HyperParameterTuningJobConfig.TrainingJobEarlyStoppingType !== 'Auto') return
    for (const [index] of definitionsOf(record.job).entries()) {
      const trials = observe(record, index)
      const planned = record.trials.filter(({ definition }) => definition === index)
      const ended = trials.filter(({ running }) => !running).map(({ lossByEpoch }) => lossByEpoch)
      for (const [position, { running, lossByEpoch }] of trials.entries()) {
        const name = planned[position]?.trainingJobName
        const status = name && training.table.get(keyOf(name))?.job.TrainingJobStatus
        if (running && name && status === 'InProgress' && shouldStopEarly(lossByEpoch, ended)) training.stop(name)
      }
    }
  }

  const stopTrials = (record: TuningRecord) => {
    for (const planned of record.trials) {
      const found = trainingOf(planned)
      if (found && found.job.TrainingJobStatus === 'InProgress') training.stop(planned.trainingJobName)
    }
  }

  const end = (record: TuningRecord, status: 'Completed' | 'Failed' | 'Stopped', failureReason?: string) => {
    record.job.HyperParameterTuningJobStatus = status
    record.job.HyperParameterTuningEndTime = clock.stamp()
    record.job.FailureReason = failureReason?.slice(0, 1024)
    save(record)
    strategies.delete(record.job.HyperParameterTuningJobArn)
  }

  /** Creates the training job of a planned trial unless it exists. Answers false when the quota is used up. */
  const launch = async (record: TuningRecord, planned: PlannedTrial): Promise<boolean> => {
    if (planned.launched || trainingOf(planned)) return true
    const definition = definitionsOf(record.job)[planned.definition]
    if (!definition) return false
    const own = tags.get(record.job.HyperParameterTuningJobArn)
    try {
      await training.create(trialRequest(record.job, planned, own, context.lifecycle.settings.withoutCapacity), {
        tuningJobArn: record.job.HyperParameterTuningJobArn,
        metric: objectiveOf(record.job, definition).MetricName,
      })
      planned.launched = true
      save(record)
      return true
    } catch (error) {
      if (error instanceof AwsError && error.code === 'ResourceLimitExceeded') return false
      throw error
    }
  }

  const plan = (record: TuningRecord): PlannedTrial | 'wait' | 'done' => {
    const all = strategiesOf(record)
    const index = record.trials.length
    const definition = index % all.length
    const trials = observe(record, definition)
    const parents = record.parents.map(({ values, loss }) => ({ values, loss, running: false, lossByEpoch: [loss] }))
    const proposal = all[definition]?.propose(trials.length, trials, parents) ?? 'done'
    if (typeof proposal === 'string') return proposal
    return { ...proposal, trainingJobName: trialName(record.job, index), definition }
  }

  /** Takes a tuning job as far as it can go now. Safe to call at any time. */
  const advanceOnce = async (record: TuningRecord): Promise<void> => {
    const { job } = record
    if (isTuningTerminal(job) || closed) return
    const running = () => record.trials.filter((planned) => isRunning(planned))
    // A trial that was planned by the former life but not created.
    for (const planned of record.trials) if (!(await launch(record, planned))) return retryLater(record)
    stopEarly(record)
    const completion = completionOf(record, trainingOf, clock.stamp())
    if (completion && !record.noMoreTrials) {
      record.noMoreTrials = true
      record.completion = completion
      save(record)
      if (completion === 'maxRuntime' || completion === 'target') stopTrials(record)
    }
    const { MaxNumberOfTrainingJobs: most = Infinity, MaxParallelTrainingJobs: parallel } =
      job.HyperParameterTuningJobConfig.ResourceLimits
    while (
      !record.noMoreTrials &&
      job.HyperParameterTuningJobStatus === 'InProgress' &&
      record.trials.length < most &&
      running().length < parallel
    ) {
      if (closed) return
      const planned = plan(record)
      if (planned === 'wait' && running().length > 0) return
      if (planned === 'wait' || planned === 'done') {
        record.noMoreTrials = true
        break
      }
      record.trials.push(planned)
      save(record)
      if (!(await launch(record, planned))) return retryLater(record)
    }
    if (closed || running().length > 0) return
    if (job.HyperParameterTuningJobStatus === 'Stopping') return end(record, 'Stopped')
    const succeeded = record.trials.some((planned) => trainingOf(planned)?.objective?.values.length)
    if (record.trials.length > 0 && !succeeded)
      return end(
        record,
        'Failed',
        'All training jobs failed. Please take a look at the training jobs failures to get more details.',
      )
    end(record, 'Completed')
  }

  const retryLater = (record: TuningRecord) => {
    clock.after(30_000, () => advance(record))
  }

  const advance = (record: TuningRecord): void => {
    const key = keyOf(record.job.HyperParameterTuningJobName)
    if (busy.has(key)) {
      again.add(key)
      return
    }
    const run = async () => {
      do {
        again.delete(key)
        try {
          await advanceOnce(record)
        } catch (error) {
          stopTrials(record)
          end(record, 'Failed', error instanceof Error ? error.message : String(error))
        }
      } while (again.has(key))
    }
    busy.set(
      key,
      run().finally(() => busy.delete(key)),
    )
  }

  training.onChange(({ job }) => {
    if (job.TuningJobArn === undefined) return
    const record = table.get(job.TuningJobArn.slice(job.TuningJobArn.lastIndexOf('/') + 1))
    // Not before this tick's changes are done: a trial tells of itself while it is being created.
    if (record) setImmediate(() => advance(record))
  })

  const armLimit = (record: TuningRecord) => {
    const seconds = record.job.HyperParameterTuningJobConfig.ResourceLimits.MaxRuntimeInSeconds
    if (seconds === undefined) return
    const leftMs = (record.job.CreationTime + seconds) * 1000 - clock.nowMs()
    clock.after(Math.max(0, leftMs) + 1, () => advance(record))
  }

  const get = (name: string): TuningRecord => {
    const record = table.get(keyOf(name))
    if (!record)
      throw new AwsError(
        'ResourceNotFound',
        `Amazon SageMaker can't find a tuning job with the name ${name}. Check that the name is correct and try again.`,
      )
    return record
  }

  const summaries = (record: TuningRecord): TrialSummary[] =>
    record.trials.flatMap((planned) => {
      const found = trainingOf(planned)
      return found ? [summarize(record.job, planned, found)] : []
    })

  const best = (candidates: TrialSummary[]): TrialSummary | undefined => {
    let found: TrialSummary | undefined
    for (const candidate of candidates) {
      const metric = candidate.FinalHyperParameterTuningJobObjectiveMetric
      const leader = found?.FinalHyperParameterTuningJobObjectiveMetric
      if (!metric || candidate.TrainingJobStatus === 'Failed') continue
      const goal = { Type: metric.Type === 'Minimize' ? 'Minimize' : 'Maximize', MetricName: '' } as const
      if (!leader || asLoss(goal, metric.Value) < asLoss(goal, leader.Value)) found = candidate
    }
    return found
  }

  const describe = (name: string): TuningJob => {
    const record = get(name)
    const trials = summaries(record)
    const count = (...statuses: string[]) =>
      trials.filter(({ TrainingJobStatus }) => statuses.includes(TrainingJobStatus)).length
    const objectives = (status: string) => trials.filter(({ ObjectiveStatus }) => ObjectiveStatus === status).length
    const own = best(trials)
    const { job } = record
    return {
      ...job,
      TrainingJobStatusCounters: {
        Completed: count('Completed'),
        InProgress: count('InProgress', 'Stopping'),
        RetryableError: 0,
        NonRetryableError: count('Failed'),
        Stopped: count('Stopped'),
      },
      ObjectiveStatusCounters: {
        Succeeded: objectives('Succeeded'),
        Pending: objectives('Pending'),
        Failed: objectives('Failed'),
      },
      BestTrainingJob: own,
      OverallBestTrainingJob: job.WarmStartConfig
        ? best([...(record.parentBest ? [record.parentBest] : []), ...(own ? [own] : [])])
        : undefined,
      TuningJobCompletionDetails: {
        NumberOfTrainingJobsObjectiveNotImproving: 0,
        ConvergenceDetectedTime: record.completion === 'converged' ? job.HyperParameterTuningEndTime : undefined,
      },
      ConsumedResources: {
        RuntimeInSeconds: Math.floor((job.HyperParameterTuningEndTime ?? clock.stamp()) - job.CreationTime),
      },
    }
  }

  return {
    table,
    get,
    describe,
    create: (input) => {
      const arn = arnOf(context, 'hyper-parameter-tuning-job', input.HyperParameterTuningJobName)
      if (table.has(keyOf(input.HyperParameterTuningJobName)))
        throw new AwsError(
          'ResourceInUse',
          `Hyper parameter tuning job names must be unique within an AWS account and region, and a hyper parameter tuning job with this name already exists (${arn})`,
        )
      check(context, input)
      const { Tags, ...rest } = input
      const { parents, parentBest } = inheritParents(input, { get, describe, trials: (name) => summaries(get(name)) })
      const now = clock.stamp()
      const record: TuningRecord = {
        job: {
          ...rest,
          HyperParameterTuningJobArn: arn,
          HyperParameterTuningJobStatus: 'InProgress',
          CreationTime: now,
          LastModifiedTime: now,
          TrainingJobStatusCounters: {},
          ObjectiveStatusCounters: {},
        },
        seed: input.HyperParameterTuningJobConfig.RandomSeed ?? randomInt(2 ** 31),
        trials: [],
        parents,
        parentBest,
        noMoreTrials: false,
      }
      tags.add(arn, Tags ?? [])
      save(record)
      armLimit(record)
      advance(record)
      return arn
    },
    trials: (name) => summaries(get(name)),
    stop: (name) => {
      const record = get(name)
      const { job } = record
      if (isTuningTerminal(job))
        throw validationError(
          `The request was rejected because the hyper parameter tuning job is in status ${job.HyperParameterTuningJobStatus}.`,
        )
      job.HyperParameterTuningJobStatus = 'Stopping'
      record.noMoreTrials = true
      save(record)
      stopTrials(record)
      advance(record)
    },
    delete: (name) => {
      const { job } = get(name)
      if (!isTuningTerminal(job))
        throw new AwsError(
          'ResourceInUse',
          `The tuning job ${name} is in status ${job.HyperParameterTuningJobStatus} and cannot be deleted.`,
        )
      table.delete(keyOf(name))
      tags.drop(job.HyperParameterTuningJobArn)
    },
    resume: () => {
      for (const record of table.values()) {
        if (isTuningTerminal(record.job)) continue
        armLimit(record)
        if (record.job.HyperParameterTuningJobStatus === 'Stopping') stopTrials(record)
        advance(record)
      }
    },
    close: async () => {
      closed = true
      await Promise.all(busy.values())
      table.close()
    },
  }
}
