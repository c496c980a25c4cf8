import type { SecondaryStatus } from '@aws-sdk/client-sagemaker'
import { ChannelError } from '../../runner/channel.ts'
import type { CloudContext } from '../context.ts'
import { createRunControl, type RunControl, type StopCause } from './run-control.ts'
import type { TrainingExecutor } from './training-executor.ts'
import { enter, finish, type TrainingRecord } from './training-record.ts'

/** What one run needs beside the job. */
export interface TrainingRun {
  context: CloudContext
  record: TrainingRecord
  executor: TrainingExecutor
  /** False for scripted programs, which take no slot. */
  needsSlot: boolean
  /** Writes the record; called after every change. */
  save: () => void
}

const capacityError =
  'CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type.'

const stoppedStatus: Record<Exclude<StopCause, 'interrupt' | 'shutdown'>, SecondaryStatus> = {
  stop: 'Stopped',
  maxRuntime: 'MaxRuntimeExceeded',
  maxWait: 'MaxWaitTimeExceeded',
}

/** Chooses the instance type: the first that can be had. Undefined where none can. */
const selectInstance = ({ lifecycle }: CloudContext, { job }: TrainingRecord): boolean => {
  const resources = job.ResourceConfig
  const has = (type: string | undefined) => type === undefined || !lifecycle.settings.withoutCapacity.includes(type)
  if (!resources?.InstancePreferences) return has(resources?.InstanceType)
  const preference = resources.InstancePreferences.find(({ InstanceType }) => has(InstanceType))
  if (!preference) return false
  resources.SelectedInstanceType = preference.InstanceType
  resources.SelectedInstanceCount = preference.InstanceCount ?? resources.InstanceCount ?? 1
  return true
}

/** Waits for capacity as long as the job may. Answers whether there is any. */
const awaitCapacity = async ({ context, record, save }: TrainingRun, control: RunControl): Promise<boolean> => {
  if (selectInstance(context, record)) return true
  const { job } = record
  enter(job, 'Pending', context.clock)
  save()
  const waitSeconds = job.StoppingCondition?.MaxPendingTimeInSeconds ?? context.lifecycle.settings.capacityWaitSeconds
  const untilMs = context.clock.nowMs() + waitSeconds * 1000
  while (context.clock.nowMs() < untilMs && !control.signal.aborted) {
    await context.clock.sleep(Math.max(1000, (waitSeconds * 1000) / 20), control.signal)
    if (selectInstance(context, record)) return true
  }
  return false
}

/** One life on an instance, from Starting to the end of the program. Undefined: it was interrupted or could not be judged. */
const runOnce = async (run: TrainingRun, control: RunControl): Promise<{ failureReason?: string } | undefined> => {
  const { context, record, executor, save } = run
  const { clock, lifecycle, slots } = context
  const { job } = record
  const to = (status: SecondaryStatus) => {
    enter(job, status, clock)
    save()
  }
  if (!(await awaitCapacity(run, control))) return control.cause ? undefined : { failureReason: capacityError }
  if (run.needsSlot && !slots.free) to('Pending')
  const release = run.needsSlot ? await slots.acquire(control.signal) : undefined
  try {
    await clock.sleep(lifecycle.settings.trainingStartSeconds * 1000, control.signal)
    if (control.cause) return undefined
    job.TrainingStartTime ??= clock.stamp()
    const maxRuntimeMs = (job.StoppingCondition?.MaxRuntimeInSeconds ?? 86_400) * 1000
    const cancelTimer = clock.after(maxRuntimeMs, () => control.request('maxRuntime'))
    try {
      to('Downloading')
      await executor.download()
      if (control.cause) return undefined
      to('Training')
      const ended = executor.train()
      control.attach(executor)
      const failureReason = await ended
      control.detach()
      return control.cause ? undefined : { failureReason }
    } finally {
      cancelTimer()
    }
  } finally {
    release?.()
  }
}

/** An output bucket that is not there is the caller's fault. */
const sayUploadFailed = (error: unknown): never => {
  if ((error as { code?: unknown }).code !== 'NoSuchBucket') throw error
  throw new ChannelError('ClientError: Artifact upload failed: the bucket of S3OutputPath does not exist', {
    cause: error,
  })
}

const uploadModel = async ({ context, record: { job }, executor, save }: TrainingRun) => {
  enter(job, 'Uploading', context.clock)
  save()
  const uri = await executor.upload().catch(sayUploadFailed)
  if (uri !== undefined) job.ModelArtifacts = { S3ModelArtifacts: uri }
}

const conclude = async (
  run: TrainingRun,
  outcome: { failureReason?: string } | undefined,
  cause: StopCause | undefined,
) => {
  const { context, record } = run
  const { job } = record
  if (cause === 'stop' || cause === 'maxRuntime' || cause === 'maxWait') {
    // What the program left in its model folder is kept, if it came to train at all.
    if (job.SecondaryStatusTransitions?.some(({ Status }) => Status === 'Training')) await uploadModel(run)
    return finish(job, 'Stopped', stoppedStatus[cause], context.clock)
  }
  if (outcome?.failureReason !== undefined) return finish(job, 'Failed', 'Failed', context.clock, outcome.failureReason)
  await uploadModel(run)
  return finish(job, 'Completed', 'Completed', context.clock)
}

/** A running job. */
export interface RunningJob {
  stop(cause: StopCause): void
  /** Resolves when the job is terminal, or, after `shutdown`, when its program is gone. */
  done: Promise<void>
}

/** Takes a job from Starting to its end. Never rejects: what goes wrong here is the job's FailureReason. */
export const runTrainingJob = (run: TrainingRun): RunningJob => {
  const { context, record, executor, save } = run
  let control = createRunControl(context.clock)
  let stopping = false

  const live = async () => {
    for (;;) {
      const outcome = await runOnce(run, control)
      const cause = control.cause
      if (cause === 'shutdown') return
      if (cause !== 'interrupt') return conclude(run, outcome, cause)
      record.interruptions += 1
      enter(record.job, 'Interrupted', context.clock)
      save()
      enter(record.job, 'Restarting', context.clock)
      save()
      control = createRunControl(context.clock)
    }
  }
  const liveSafely = async () => {
    const maxWaitSeconds = record.job.EnableManagedSpotTraining && record.job.StoppingCondition?.MaxWaitTimeInSeconds
    const cancelWait = maxWaitSeconds
      ? context.clock.after(maxWaitSeconds * 1000, () => control.request('maxWait'))
      : undefined
    try {
      await live()
    } catch (error) {
      if (control.cause === 'shutdown') return
      const message = error instanceof Error ? error.message : String(error)
      const reason =
        error instanceof ChannelError ? message : `InternalServerError: We encountered an internal error. ${message}`
      finish(record.job, 'Failed', 'Failed', context.clock, reason)
    } finally {
      cancelWait?.()
      if (control.cause !== 'shutdown') {
        save()
        await executor.close()
      }
    }
  }

  return {
    stop: (cause) => {
      if (cause === 'stop' && !stopping) {
        stopping = true
        record.job.TrainingJobStatus = 'Stopping'
        enter(record.job, 'Stopping', context.clock)
        save()
      }
      control.request(cause)
    },
    done: liveSafely(),
  }
}
