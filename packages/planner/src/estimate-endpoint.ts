import type { RunRecord, Spread } from '@assay/contracts'
import { supposed } from './assumptions.ts'
import { medianOf, sumOf, within } from './spread.ts'

export interface PlannedEndpoint {
  environment: RunRecord['environment']
  instanceType: string
  maxConcurrency: number
  /** Images that it is to answer. */
  images: number
  /** Runs of the same family and environment. */
  past: readonly RunRecord[]
}

export interface EndpointEstimate {
  /** From creation to deletion. */
  seconds: Spread
  assumptions: string[]
}

/** How long an endpoint lives: made, asked for every image, deleted. */
export const estimateEndpoint = (planned: PlannedEndpoint): EndpointEstimate => {
  const { environment, instanceType, maxConcurrency, images, past } = planned
  const endpoints = past.flatMap(({ endpoint }) => endpoint ?? [])
  const sameType = endpoints.filter((one) => one.instanceType === instanceType)
  const same = sameType.filter((one) => one.maxConcurrency === maxConcurrency)
  const close = same.length > 0 ? same : sameType
  if (close.length === 0) {
    const { endpointIdleSeconds, answerSeconds, factor } = supposed[environment]
    const parts = [within(endpointIdleSeconds, factor), within(answerSeconds * images, factor)]
    return { seconds: sumOf(parts), assumptions: [] }
  }
  const seconds = close.map((one) => one.seconds - one.busySeconds + (one.busySeconds / one.images) * images)
  const expected = medianOf(seconds)
  const factor = same.length > 0 ? 1.3 : 2
  return {
    seconds: {
      low: Math.min(...seconds, expected / factor),
      expected,
      high: Math.max(...seconds, expected * factor),
    },
    assumptions: [
      `${close.length} earlier ${close.length === 1 ? 'endpoint' : 'endpoints'} on ${instanceType}${same.length > 0 ? '' : ', with other requests in flight'}: ${expected.toFixed(1)} s for ${images} images`,
    ],
  }
}
