import type { CloudClock } from '../clock.ts'
import type { SageMaker } from '../sagemaker/sagemaker-service.ts'
import { instancesOf } from '../sagemaker/training/training-record.ts'
import type { UsageBook } from '../sagemaker/usage.ts'

/** A line of the bill. Instance seconds = seconds × instances; prices are no business of the cloud's here. */
export interface BillLine {
  kind: 'training' | 'endpoint' | 'transform'
  name: string
  instanceType: string
  instanceCount: number
  seconds: number
  instanceSeconds: number
  /** Still growing. */
  running: boolean
}

/** Everything that would be billed up to now, also for what has been deleted. */
export const createBill =
  (sagemaker: SageMaker, usage: UsageBook, clock: CloudClock) =>
  (): { lines: BillLine[]; instanceSeconds: Record<string, number> } => {
    const lines: BillLine[] = []
    const add = (line: Omit<BillLine, 'instanceSeconds'>) =>
      lines.push({ ...line, instanceSeconds: line.seconds * line.instanceCount })
    for (const { job } of sagemaker.training.table.values()) {
      const running = job.TrainingStartTime !== undefined && job.TrainingEndTime === undefined
      const seconds = running ? clock.stamp() - (job.TrainingStartTime ?? 0) : (job.BillableTimeInSeconds ?? 0)
      if (seconds === 0) continue
      add({
        kind: 'training',
        name: job.TrainingJobName,
        ...instancesOf(job),
        seconds: Math.ceil(seconds),
        running,
      })
    }
    for (const { billableSeconds, ...rest } of usage.deletedJobs())
      add({ kind: 'training', ...rest, seconds: billableSeconds, running: false })
    for (const { name, instanceType, instanceCount, startedAt, endedAt } of usage.endpoints())
      add({
        kind: 'endpoint',
        name,
        instanceType,
        instanceCount,
        seconds: Math.ceil((endedAt ?? clock.stamp()) - startedAt),
        running: endedAt === undefined,
      })
    for (const {
      TransformJobName,
      TransformResources,
      TransformStartTime,
      TransformEndTime,
    } of sagemaker.transform.table.values())
      if (TransformStartTime !== undefined)
        add({
          kind: 'transform',
          name: TransformJobName,
          instanceType: TransformResources.InstanceType,
          instanceCount: TransformResources.InstanceCount,
          seconds: Math.ceil((TransformEndTime ?? clock.stamp()) - TransformStartTime),
          running: TransformEndTime === undefined,
        })
    const instanceSeconds: Record<string, number> = {}
    for (const line of lines)
      instanceSeconds[line.instanceType] = (instanceSeconds[line.instanceType] ?? 0) + line.instanceSeconds
    return { lines, instanceSeconds }
  }
