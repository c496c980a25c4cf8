import { join } from 'node:path'
import { openTable } from '../state/table.ts'

/** Time that instances of an endpoint's variant existed, kept when the endpoint is gone. Seconds since the epoch in cloud time. */
interface EndpointUsage {
  name: string
  variant: string
  instanceType: string
  instanceCount: number
  startedAt: number
  endedAt?: number
}

/** Time that a training job was billed for, kept when the job is deleted. */
interface TrainingUsage {
  name: string
  instanceType: string
  instanceCount: number
  billableSeconds: number
}

/** What would be on the bill of resources that are gone or run for a while. */
export interface UsageBook {
  startEndpoint(usage: EndpointUsage): void
  endEndpoint(name: string, atSeconds: number): void
  endpoints(): EndpointUsage[]
  keepDeletedJob(arn: string, createdAt: number, usage: TrainingUsage): void
  deletedJobs(): TrainingUsage[]
  close(): void
}

export const openUsageBook = (dataDir: string): UsageBook => {
  const endpoints = openTable<EndpointUsage>(join(dataDir, 'endpoint-usage.jsonl'))
  const jobs = openTable<TrainingUsage>(join(dataDir, 'deleted-jobs-usage.jsonl'))
  return {
    startEndpoint: (usage) => endpoints.set(`${usage.name}/${usage.variant}/${usage.startedAt}`, usage),
    endEndpoint: (name, atSeconds) => {
      for (const [key, usage] of endpoints.entries())
        if (usage.name === name && usage.endedAt === undefined) endpoints.set(key, { ...usage, endedAt: atSeconds })
    },
    endpoints: () => [...endpoints.values()],
    keepDeletedJob: (arn, createdAt, usage) => jobs.set(`${arn}/${createdAt}`, usage),
    deletedJobs: () => [...jobs.values()],
    close: () => {
      endpoints.close()
      jobs.close()
    },
  }
}
