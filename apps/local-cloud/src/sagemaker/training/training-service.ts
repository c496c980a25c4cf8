import { join } from 'node:path'
import type { CreateTrainingJobRequest } from '@aws-sdk/client-sagemaker'
import { AwsError, validationError } from '../../aws-error.ts'
import { createScraper, type MetricPoint } from '../../runner/metric-scraper.ts'
import type { ProgramEntry } from '../../runner/registry.ts'
import { openTable, type Table } from '../../state/table.ts'
import type { Wire } from '../../wire.ts'
import { arnOf, type CloudContext } from '../context.ts'
import { assertQuota } from '../quota.ts'
import { checkTrainingRequest } from './check-training-request.ts'
import { createProcessExecutor } from './process-executor.ts'
import { type RunningJob, runTrainingJob } from './run-training-job.ts'
import { createScriptedExecutor } from './scripted-executor.ts'
import { enter, instancesOf, isTerminal, type TrainingJob, type TrainingRecord } from './training-record.ts'

export type CreateTrainingJobInput = Wire<CreateTrainingJobRequest>

/** What makes a training job a trial of a tuning job. */
interface TrialOf {
  tuningJobArn: string
  /** Metric that counts as the objective. */
  metric: string
}

/** Training jobs: their records, and the runs of those that are not terminal. */
export interface TrainingService {
  table: Table<TrainingRecord>
  /** Throws what CreateTrainingJob would for `jobs` such jobs at once, the name apart. Answers the program that would train. */
  check(input: CreateTrainingJobInput, jobs: number): Promise<ProgramEntry>
  /** Throws as CreateTrainingJob does. Answers the ARN. */
  create(input: CreateTrainingJobInput, trial?: TrialOf): Promise<string>
  /** Throws when there is no such job. */
  get(name: string): TrainingRecord
  stop(name: string): void
  /** Takes the spot instance away; the job starts again from its checkpoints. */
  interrupt(name: string): void
  delete(name: string): void
  /** Calls back after every change of a job and for every value of a trial's objective. */
  onChange(listener: (record: TrainingRecord) => void): void
  /** Runs again what was running when the cloud ended. */
  resume(): void
  close(): Promise<void>
}

const logGroup = '/aws/sagemaker/TrainingJobs'

const keyOf = (name: string) => name.toLowerCase()

/** `name=value;` lines of scripted programs, whatever the metric's name. */
const scriptedMetrics = (line: string): MetricPoint[] => {
  const [, name, value] = /^(\S+)=(\S+);$/.exec(line) ?? []
  return name !== undefined && Number.isFinite(Number(value)) ? [{ name, value: Number(value) }] : []
}

export const createTrainingService = (context: CloudContext): TrainingService => {
  const { clock, logs, tags } = context
  const table = openTable<TrainingRecord>(join(context.dataDir, 'training-jobs.jsonl'))
  const running = new Map<string, RunningJob>()
  const listeners: ((record: TrainingRecord) => void)[] = []
  const tell = (record: TrainingRecord) => {
    for (const listener of listeners) listener(record)
  }

  const noteMetric = (record: TrainingRecord, { name, value }: MetricPoint) => {
    const { job, objective } = record
    const metrics = (job.FinalMetricDataList ??= [])
    const names = objective?.metric === name ? [name, 'ObjectiveMetric'] : [name]
    for (const MetricName of names) {
      const point = { MetricName, Value: value, Timestamp: clock.stamp() }
      const index = metrics.findIndex((metric) => metric.MetricName === MetricName)
      if (index < 0) metrics.push(point)
      else metrics[index] = point
    }
    if (objective?.metric === name) {
      objective.values.push(value)
      tell(record)
    }
  }

  const run = (record: TrainingRecord) => {
    const { job } = record
    const image = job.AlgorithmSpecification.TrainingImage ?? ''
    const program = context.registry.find(image)
    const key = keyOf(job.TrainingJobName)
    const stream = `${job.TrainingJobName}/algo-1-${Math.round(clock.nowMs())}`
    const scrape = program?.scripted
      ? scriptedMetrics
      : createScraper(job.AlgorithmSpecification.MetricDefinitions ?? [])
    const onLine = (line: string) => {
      logs.append(logGroup, stream, [{ timestamp: clock.nowMs(), message: line }])
      for (const point of scrape(line)) noteMetric(record, point)
    }
    const save = () => {
      table.set(key, record)
      tell(record)
    }
    const started = runTrainingJob({
      context,
      record,
      executor: program?.scripted
        ? createScriptedExecutor(context, job, onLine)
        : createProcessExecutor(context, job, program ?? {}, onLine),
      needsSlot: !program?.scripted,
      save,
    })
    running.set(key, started)
    void started.done.finally(() => {
      if (running.get(key) === started) running.delete(key)
    })
  }

  const get = (name: string): TrainingRecord => {
    const record = table.get(keyOf(name))
    if (!record) throw validationError('Requested resource not found.')
    return record
  }

  const assertFree = (name: string): string => {
    const arn = arnOf(context, 'training-job', name)
    if (!table.has(keyOf(name))) return arn
    throw new AwsError(
      'ResourceInUse',
      `Training job names must be unique within an AWS account and region, and a training job with this name already exists (${arn})`,
    )
  }

  const assertTrainingQuota = (
    { ResourceConfig, EnableManagedSpotTraining: spot = false }: CreateTrainingJobInput,
    jobs = 1,
  ) => {
    const instances = jobs * (ResourceConfig?.InstanceCount ?? 1)
    const type = ResourceConfig?.InstanceType ?? ResourceConfig?.InstancePreferences?.[0]?.InstanceType
    assertQuota(context, spot ? 'spot training job' : 'training job', type, instances, () =>
      [...running.keys()]
        .flatMap((key) => table.get(key)?.job ?? [])
        .filter(
          (job) => !isTerminal(job) && job.EnableManagedSpotTraining === spot && instancesOf(job).instanceType === type,
        )
        .reduce((sum, job) => sum + instancesOf(job).instanceCount, 0),
    )
  }

  const create = async (input: CreateTrainingJobInput, trial?: TrialOf): Promise<string> => {
    assertFree(input.TrainingJobName)
    const program = await checkTrainingRequest(context, input)
    // Again: another call may have taken the name while the channels were looked at.
    const arn = assertFree(input.TrainingJobName)
    const key = keyOf(input.TrainingJobName)
    assertTrainingQuota(input)
    const { Tags, AlgorithmSpecification, ...rest } = input
    const now = clock.stamp()
    const job: TrainingJob = {
      ...rest,
      AlgorithmSpecification: {
        TrainingInputMode: 'File',
        ...AlgorithmSpecification,
        MetricDefinitions: [...(AlgorithmSpecification?.MetricDefinitions ?? []), ...(program.metrics ?? [])],
      },
      StoppingCondition: { MaxRuntimeInSeconds: 86_400, ...input.StoppingCondition },
      TrainingJobArn: arn,
      TuningJobArn: trial?.tuningJobArn,
      TrainingJobStatus: 'InProgress',
      SecondaryStatus: 'Starting',
      CreationTime: now,
      LastModifiedTime: now,
      SecondaryStatusTransitions: [],
      EnableNetworkIsolation: input.EnableNetworkIsolation ?? false,
      EnableInterContainerTrafficEncryption: input.EnableInterContainerTrafficEncryption ?? false,
      EnableManagedSpotTraining: input.EnableManagedSpotTraining ?? false,
    }
    const record: TrainingRecord = {
      job,
      objective: trial && { metric: trial.metric, values: [] },
      interruptions: 0,
    }
    tags.add(arn, Tags ?? [])
    enter(job, 'Starting', clock)
    table.set(key, record)
    run(record)
    return arn
  }

  return {
    table,
    check: async (input, jobs) => {
      const program = await checkTrainingRequest(context, input)
      assertTrainingQuota(input, jobs)
      return program
    },
    create,
    get,
    stop: (name) => {
      const record = get(name)
      if (isTerminal(record.job))
        throw validationError(
          `The request was rejected because the training job is in status ${record.job.TrainingJobStatus}.`,
        )
      running.get(keyOf(name))?.stop('stop')
    },
    interrupt: (name) => {
      if (!get(name).job.EnableManagedSpotTraining) throw validationError(`${name} does not train on spot instances`)
      running.get(keyOf(name))?.stop('interrupt')
    },
    delete: (name) => {
      const { job } = get(name)
      if (!isTerminal(job))
        throw new AwsError(
          'ResourceInUse',
          `The training job ${name} is in status ${job.TrainingJobStatus} and cannot be deleted.`,
        )
      if (job.BillableTimeInSeconds !== undefined)
        context.usage.keepDeletedJob(job.TrainingJobArn, job.CreationTime, {
          name: job.TrainingJobName,
          ...instancesOf(job),
          billableSeconds: job.BillableTimeInSeconds,
        })
      table.delete(keyOf(name))
      tags.drop(job.TrainingJobArn.toLowerCase())
    },
    onChange: (listener) => void listeners.push(listener),
    resume: () => {
      for (const record of table.values()) {
        const { job } = record
        if (isTerminal(job) || running.has(keyOf(job.TrainingJobName))) continue
        // The former life's program is gone, and with it what it had done: the job begins anew under its name.
        job.TrainingStartTime = undefined
        job.FinalMetricDataList = undefined
        if (record.objective) record.objective.values = []
        const wasStopping = job.TrainingJobStatus === 'Stopping'
        enter(job, 'Starting', clock, 'Starting the training job again after a restart of the local cloud')
        run(record)
        if (wasStopping) running.get(keyOf(job.TrainingJobName))?.stop('stop')
      }
    },
    close: async () => {
      for (const job of running.values()) job.stop('shutdown')
      await Promise.all([...running.values()].map(({ done }) => done))
      table.close()
    },
  }
}
