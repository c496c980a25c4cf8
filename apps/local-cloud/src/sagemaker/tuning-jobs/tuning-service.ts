import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { setImmediate as nextTick } from 'node:timers/promises'
import { AwsError, validationError } from '../../aws-error.ts'
import { openTable, type Table } from '../../state/table.ts'
import { arnOf, type CloudContext } from '../context.ts'
import type { TrainingRecord } from '../training/training-record.ts'
import type { TrainingService } from '../training/training-service.ts'
import { checkTuningRequest } from './check-tuning-request.ts'
import { judgeSearch } from './completion.ts'
import { describeTuningJob } from './describe-tuning-job.ts'
import { createSearch } from './search.ts'
import { trialRequest } from './trial-request.ts'
import {
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
  create(input: CreateTuningJobInput): Promise<string>
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

/** Trials of a tuning job that sets no number of them: the service's quota. */
const standardMostTrials = 750

export const createTuningService = (context: CloudContext, training: TrainingService): TuningService => {
  const { clock, tags } = context
  const table = openTable<TuningRecord>(join(context.dataDir, 'tuning-jobs.jsonl'))
  const busy = new Map<string, Promise<void>>()
  const again = new Set<string>()
  let closed = false

  const trainingOf = ({ trainingJobName }: PlannedTrial): TrainingRecord | undefined =>
    training.table.get(keyOf(trainingJobName))
  const search = createSearch(trainingOf)
  const summaries = (record: TuningRecord): TrialSummary[] =>
    record.trials.flatMap((planned) => {
      const found = trainingOf(planned)
      return found ? [summarize(record.job, planned, found)] : []
    })

  const save = (record: TuningRecord) => {
    record.job.LastModifiedTime = clock.stamp()
    table.set(keyOf(record.job.HyperParameterTuningJobName), record)
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
    search.forget(record)
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

  /** Ends the search, not what runs, when a limit or criterion says so; those of time and target stop what runs too. */
  const noteCompletion = (record: TuningRecord) => {
    if (record.noMoreTrials) return
    const now = clock.stamp()
    const { completion } = judgeSearch(record, trainingOf, now)
    if (!completion) return
    record.noMoreTrials = true
    record.completion = completion
    if (completion === 'converged') record.convergedAt = now
    save(record)
    if (completion === 'maxRuntime' || completion === 'target') stopTrials(record)
  }

  /** Takes a tuning job as far as it can go now. Safe to call at any time. */
  const advanceOnce = async (record: TuningRecord): Promise<void> => {
    const { job } = record
    if (isTuningTerminal(job) || closed) return
    const running = () => record.trials.filter((planned) => search.isRunning(planned))
    for (const name of search.hopeless(record)) training.stop(name)
    noteCompletion(record)
    // Planned, but not created: the former life ended between the two, or the quota was used up.
    if (record.noMoreTrials) record.trials = record.trials.filter((planned) => planned.launched || trainingOf(planned))
    else for (const planned of record.trials) if (!(await launch(record, planned))) return retryLater(record)
    const { MaxNumberOfTrainingJobs: most = standardMostTrials, MaxParallelTrainingJobs: parallel } =
      job.HyperParameterTuningJobConfig.ResourceLimits
    while (
      !record.noMoreTrials &&
      job.HyperParameterTuningJobStatus === 'InProgress' &&
      record.trials.length < most &&
      running().length < parallel
    ) {
      if (closed) return
      const planned = search.plan(record)
      if (planned === 'wait' && running().length > 0) return
      if (planned === 'wait' || planned === 'done') {
        record.noMoreTrials = true
        break
      }
      record.trials.push(planned)
      save(record)
      if (!(await launch(record, planned))) return retryLater(record)
      // Trials that end at once must not keep the calls of others waiting.
      await nextTick()
      noteCompletion(record)
    }
    if (closed || running().length > 0) return
    if (job.HyperParameterTuningJobStatus === 'Stopping') return end(record, 'Stopped')
    const succeeded = summaries(record).some(({ ObjectiveStatus }) => ObjectiveStatus === 'Succeeded')
    if (succeeded || record.trials.length === 0) return end(record, 'Completed')
    const reason =
      record.completion === 'failing'
        ? 'No training job succeeded after 5 attempts. For additional details, please take a look at the training job failures by listing training jobs for the hyperparameter tuning job.'
        : 'All training jobs failed. Please take a look at the training jobs failures to get more details.'
    end(record, 'Failed', reason)
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
        await nextTick()
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

  const describe = (name: string): TuningJob => {
    const record = get(name)
    const now = clock.stamp()
    return describeTuningJob(record, summaries(record), judgeSearch(record, trainingOf, now).notImproving, now)
  }

  return {
    table,
    get,
    describe,
    create: async (input) => {
      const arn = arnOf(context, 'hyper-parameter-tuning-job', input.HyperParameterTuningJobName)
      const assertFree = () => {
        if (table.has(keyOf(input.HyperParameterTuningJobName)))
          throw new AwsError(
            'ResourceInUse',
            `Hyper parameter tuning job names must be unique within an AWS account and region, and a hyper parameter tuning job with this name already exists (${arn})`,
          )
      }
      assertFree()
      await checkTuningRequest(training, context.lifecycle.settings.withoutCapacity, input)
      // Again: another call may have taken the name while the programs were looked at.
      assertFree()
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
