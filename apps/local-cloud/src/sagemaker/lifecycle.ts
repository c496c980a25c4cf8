import type { PrincipalRule } from '../account/principals.ts'

/** How the cloud behaves beyond what a program does. Times in seconds of cloud time. */
interface LifecycleSettings {
  /** Before a training job downloads its data. (Default: 0) */
  trainingStartSeconds: number
  /** From CreateEndpoint until its programs are started. (Default: 0) */
  endpointCreateSeconds: number
  /** From DeleteEndpoint until the endpoint is gone. (Default: 0) */
  endpointDeleteSeconds: number
  /** How long InvokeEndpoint waits for a container, in real seconds. (Default: 60) */
  invocationTimeoutSeconds: number
  /** Endpoints whose name matches fail with the reason, or stay in Creating until the setting changes. */
  endpoints: { pattern: string; outcome: 'fail' | 'stick'; reason?: string }[]
  /** Instance types that cannot be had: jobs wait as Pending, then fail with a CapacityError. */
  withoutCapacity: string[]
  /** How long a job waits for capacity where the request does not say. (Default: 0) */
  capacityWaitSeconds: number
  /** Instances by quota, e.g. `ml.g5.xlarge for training job usage`. What is absent is unlimited. */
  quotas: Record<string, number>
  /** USD an hour by instance type, before those of the dated price table, in the price list. */
  prices: Record<string, number>
  /** Roles and users that are missing, not trusted or not allowed something. */
  principals: PrincipalRule[]
}

export interface Lifecycle {
  readonly settings: Readonly<LifecycleSettings>
  change(settings: Partial<LifecycleSettings>): void
}

export const createLifecycle = (): Lifecycle => {
  let settings: LifecycleSettings = {
    trainingStartSeconds: 0,
    endpointCreateSeconds: 0,
    endpointDeleteSeconds: 0,
    invocationTimeoutSeconds: 60,
    endpoints: [],
    withoutCapacity: [],
    capacityWaitSeconds: 0,
    quotas: {},
    prices: {},
    principals: [],
  }
  return {
    get settings() {
      return settings
    },
    change: (changed) => {
      settings = { ...settings, ...changed }
    },
  }
}
