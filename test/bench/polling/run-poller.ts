import { callsPerSecond, createCloudClients } from '@assay/cloud'
import { createTiming, pollEveryMs } from '@assay/pipeline'
import {
  connectPatient,
  createCallLimiter,
  createCloudWaits,
  createLease,
  createQueues,
  createWake,
} from '@assay/queue'
import { createPollCloud } from '../../../workers/control/src/poller/poll-cloud.ts'
import { repeatForever } from '../../../workers/control/src/repeat-forever.ts'
import { quietLog } from './quiet-log.ts'

/** Sent every second, counted from the end of the first look on. */
export interface FromPoller {
  calls: number
  mostCallsInTenSeconds: number
  cpuMs: number
  forMs: number
  everyMs: number
}

const TEN_SECONDS_MS = 10_000

/** The poller as worker-control runs it, in a process of its own that reports what it used. */
export const runPoller = async ([redisUrl = '', cloudUrl = '', prefix = '']: readonly string[]): Promise<void> => {
  const redis = connectPatient(redisUrl)
  const timing = createTiming(1)
  const limit = createCallLimiter({ redis, prefix, perSecond: callsPerSecond })
  const callsAtMs: number[] = []
  const admit = async (action: string) => {
    await limit(action)
    callsAtMs.push(performance.now())
  }
  const { sagemaker } = createCloudClients({ region: 'us-east-1', cloudUrl, admit })
  const waits = createCloudWaits(redis, prefix)
  const queues = createQueues({ redis, prefix, longestWaitMs: 3_600_000 })
  const poll = createPollCloud({ sagemaker, waits, wake: createWake({ waits, queues, log: quietLog }), timing })
  const everyMs = pollEveryMs(await waits.count(), timing)
  const beganMs = performance.now()
  const began = process.cpuUsage()
  setInterval(() => {
    const used = process.cpuUsage(began)
    const mostCallsInTenSeconds = Math.max(
      0,
      ...callsAtMs.map((atMs) => callsAtMs.filter((other) => other >= atMs && other < atMs + TEN_SECONDS_MS).length),
    )
    const report: FromPoller = {
      calls: callsAtMs.length,
      mostCallsInTenSeconds,
      cpuMs: (used.user + used.system) / 1000,
      forMs: performance.now() - beganMs,
      everyMs,
    }
    process.send?.(report)
  }, 10_000)
  const lease = createLease(redis, prefix, 'poller')
  await repeatForever(
    { name: 'poller', everyMs: () => everyMs, pass: poll, lease, log: quietLog },
    new AbortController().signal,
  )
}
