import { DescribeTrainingJobCommand } from '@aws-sdk/client-sagemaker'
import { createCloudClients, resourceName, trainingJobWait } from '@assay/cloud'
import { createTiming, later } from '@assay/pipeline'
import { connectPatient, createLive, startWorker } from '@assay/queue'
import { quietLog } from './quiet-log.ts'

/** `woken`: parked until the poller wakes it; `each`: looks at its own job every minute. */
export type StagesMode = 'woken' | 'each'

/** Sent at each look of a stage at its job. */
export interface FromStages {
  atMs: number
  /** CPU time of the process so far. */
  cpuMs: number
  /** Since the job's end, where it has ended. */
  lateMs?: number
}

/** A train worker whose stages only look at their jobs; the calls are not limited, so that all are parked soon. */
export const runStages = ([redisUrl = '', cloudUrl = '', prefix = '', mode = '']: readonly string[]): void => {
  const redis = connectPatient(redisUrl)
  const timing = createTiming(1)
  const { sagemaker } = createCloudClients({ region: 'us-east-1', cloudUrl })
  startWorker({
    queue: 'train',
    redis,
    prefix,
    concurrency: 32,
    timing,
    live: createLive(redis, prefix),
    log: quietLog,
    workerId: 'bench',
    runStage: async ({ ref }) => {
      const TrainingJobName = resourceName(ref.experimentId, 0, 1)
      const job = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }))
      const { user, system } = process.cpuUsage()
      const endedMs = job.TrainingJobStatus === 'InProgress' ? undefined : job.TrainingEndTime?.getTime()
      const look: FromStages = {
        atMs: Date.now(),
        cpuMs: (user + system) / 1000,
        ...(endedMs === undefined ? {} : { lateMs: Date.now() - endedMs }),
      }
      process.send?.(look)
      if (endedMs !== undefined) return undefined
      const reason = `training job ${TrainingJobName}: ${job.SecondaryStatus}`
      return mode === 'each'
        ? later({ afterMs: 60_000, reason })
        : later({ afterMs: timing.pollMs, reason, cloud: trainingJobWait(job) })
    },
  })
}
