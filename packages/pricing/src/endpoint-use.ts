import type { ApproachRecord } from '@assay/pipeline'

export interface EndpointUse {
  /** A transform job is rented at its own price, and is busy all its life. */
  use: 'hosting' | 'transform'
  instanceType: string
  /** From creation to deletion, or until now. */
  seconds: number
  /** Of them, from the first request to the last answer. */
  busySeconds: number
}

const busyMs = ({ infer, inferValidation }: ApproachRecord): number => {
  const shards = [...infer.values(), ...inferValidation.values()]
  if (shards.length === 0) return 0
  const begins = Math.min(...shards.map(({ startedAt }) => Date.parse(startedAt)))
  return Math.max(...shards.map(({ endedAt }) => Date.parse(endedAt))) - begins
}

/** What an attempt's endpoint is billed for. Without `nowMs` only an endpoint that is gone counts. */
export const endpointUse = (attempt: ApproachRecord, nowMs?: number): EndpointUse | undefined => {
  const { teardown, deploy, intents, spec } = attempt
  const use = spec.inference === 'transform' ? 'transform' : 'hosting'
  const gone = teardown?.output
  const intended = intents.find(({ kind }) => kind === 'endpoint' || kind === 'transform-job')
  const running = nowMs !== undefined && !teardown && intended ? (nowMs - Date.parse(intended.at)) / 1000 : undefined
  const seconds = gone ? gone.endpointSeconds : running
  const instanceType = gone?.endpointInstanceType ?? deploy?.output?.instanceType ?? spec.endpoint.instanceTypes[0]
  if (seconds === undefined || instanceType === undefined) return undefined
  const busySeconds = use === 'transform' ? seconds : Math.min(seconds, busyMs(attempt) / 1000)
  return { use, instanceType, seconds, busySeconds }
}
