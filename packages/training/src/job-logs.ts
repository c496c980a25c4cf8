import {
  type CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs'
import { actualSchema, type Curve, type TrainOutput } from '@assay/contracts'
import type { Metric } from '@assay/recipes'

const GROUP = '/aws/sagemaker/TrainingJobs'
const MAX_PAGES = 200

const streamOf = async (logs: CloudWatchLogsClient, jobName: string): Promise<string | undefined> => {
  try {
    const { logStreams } = await logs.send(
      new DescribeLogStreamsCommand({ logGroupName: GROUP, logStreamNamePrefix: `${jobName}/`, limit: 1 }),
    )
    return logStreams?.[0]?.logStreamName
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined
    throw error
  }
}

/** All log lines of a training job's first host, oldest first; none where it logged nothing. */
export const readJobLog = async (logs: CloudWatchLogsClient, jobName: string): Promise<string[]> => {
  const logStreamName = await streamOf(logs, jobName)
  if (logStreamName === undefined) return []
  const lines: string[] = []
  let nextToken: string | undefined
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await logs.send(
      new GetLogEventsCommand({ logGroupName: GROUP, logStreamName, startFromHead: true, nextToken }),
    )
    for (const { message } of answer.events ?? []) if (message !== undefined) lines.push(message)
    // CloudWatch answers the same token at the end, not none.
    if (answer.nextForwardToken === undefined || answer.nextForwardToken === nextToken) break
    nextToken = answer.nextForwardToken
  }
  return lines
}

const EPOCH = /\bepoch[\s=:[]+(\d+)/i

/** Newest epoch that the job's log speaks of; undefined before the first. For progress only. */
export const latestEpoch = async (logs: CloudWatchLogsClient, jobName: string): Promise<number | undefined> => {
  const logStreamName = await streamOf(logs, jobName)
  if (logStreamName === undefined) return undefined
  const { events = [] } = await logs.send(
    new GetLogEventsCommand({ logGroupName: GROUP, logStreamName, startFromHead: false, limit: 50 }),
  )
  for (const { message = '' } of events.toReversed()) {
    const epoch = EPOCH.exec(message)?.[1]
    if (epoch !== undefined) return Number(epoch)
  }
  return undefined
}

/** Training curves: a metric's values by the epoch of their line, the last value of an epoch counting; by order where lines name none. */
export const curvesOf = (lines: readonly string[], metrics: readonly Metric[]): Curve[] =>
  metrics.flatMap(({ name, regex }) => {
    const expression = new RegExp(regex)
    const points = new Map<number, number>()
    for (const line of lines) {
      const value = Number(expression.exec(line)?.[1] ?? Number.NaN)
      if (!Number.isFinite(value)) continue
      points.set(Number(EPOCH.exec(line)?.[1] ?? points.size), value)
    }
    return points.size === 0 ? [] : [{ metric: name, points: [...points].map(([step, value]) => ({ step, value })) }]
  })

/** What really ran, where the program says so in a line `assay_actual={…}`. */
export const actualOf = (lines: readonly string[]): TrainOutput['actual'] => {
  const line = lines.findLast((text) => text.includes('assay_actual='))
  if (line === undefined) return undefined
  try {
    const { epochsDone, ...told } = JSON.parse(line.slice(line.indexOf('assay_actual=') + 13)) as Record<
      string,
      unknown
    >
    const pretrainedOn = told['pretrainedOn'] ?? 'nothing: random weights'
    return actualSchema.safeParse({ ...told, pretrainedOn, epochs: epochsDone }).data
  } catch {
    return undefined
  }
}
