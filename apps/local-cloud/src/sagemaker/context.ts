import type { CloudClock } from '../clock.ts'
import type { LogStore } from '../logs/log-store.ts'
import type { Containers } from '../runner/containers.ts'
import type { ObjectStore } from '../runner/object-store.ts'
import type { ProcessRecords } from '../runner/process-records.ts'
import type { ProgramRegistry } from '../runner/registry.ts'
import type { Slots } from '../runner/slots.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { TagStore } from './tags.ts'
import type { UsageBook } from './usage.ts'

/** What every part of SageMaker here works with. */
export interface CloudContext {
  region: string
  accountId: string
  dataDir: string
  clock: CloudClock
  objects: ObjectStore
  logs: LogStore
  registry: ProgramRegistry
  processes: ProcessRecords
  containers: Containers
  /** Training programs that may run at once. */
  slots: Slots
  tags: TagStore
  usage: UsageBook
  /** Delays, capacity and quotas, all without effect until the control endpoint sets them. */
  lifecycle: Lifecycle
}

/** The ARN of a resource. The service writes names in ARNs in lower case. */
export const arnOf = (
  { region, accountId }: Pick<CloudContext, 'region' | 'accountId'>,
  kind: string,
  name: string,
): string => `arn:aws:sagemaker:${region}:${accountId}:${kind}/${name.toLowerCase()}`
