import type { ApproachPlan, QuotaVerdict } from '@assay/contracts'

/** Quotas of SageMaker by their names in Service Quotas, or why they cannot be read. */
export type QuotaReading = { limits: ReadonlyMap<string, number> } | { unreadable: string }

const useWords = {
  training: 'training job usage',
  hosting: 'endpoint usage',
  transform: 'transform job usage',
} as const

/** The name of an instance quota as Service Quotas has it. */
export const quotaName = (instanceType: string, use: QuotaVerdict['use']): string =>
  `${instanceType} for ${useWords[use]}`

type Wanted = Pick<ApproachPlan, 'instanceTypes' | 'endpointInstanceTypes' | 'parallel'> & {
  inference?: 'endpoint' | 'transform'
}

/** Instances at a time by quota. All approaches run side by side; each is counted on the type that it prefers. */
const needsOf = (approaches: readonly Wanted[]) => {
  const needs = new Map<string, { instanceType: string; use: QuotaVerdict['use']; needed: number }>()
  const need = (instanceType: string, use: QuotaVerdict['use'], instances: number) => {
    const name = quotaName(instanceType, use)
    const known = needs.get(name)
    needs.set(name, { instanceType, use, needed: (known?.needed ?? 0) + instances })
  }
  for (const { instanceTypes, endpointInstanceTypes, parallel, inference } of approaches) {
    const [first] = instanceTypes
    if (first !== undefined) need(first, 'training', parallel)
    const [host] = endpointInstanceTypes
    if (host !== undefined) need(host, inference === 'transform' ? 'transform' : 'hosting', 1)
  }
  return needs
}

const judge = (
  needed: number,
  reading: QuotaReading,
  name: string,
): Pick<QuotaVerdict, 'limit' | 'verdict' | 'detail'> => {
  if ('unreadable' in reading) return { limit: null, verdict: 'unknown', detail: reading.unreadable }
  const limit = reading.limits.get(name)
  if (limit === undefined) return { limit: null, verdict: 'unknown', detail: 'Service Quotas lists no such quota' }
  if (limit >= needed) return { limit, verdict: 'enough', detail: `${needed} of ${limit} at a time` }
  const wait =
    limit === 0 ? 'nothing would start' : 'the rest would wait for its turn, which is slower but costs no more'
  return {
    limit,
    verdict: 'short',
    detail: `${needed} at a time met, ${limit} allowed: ${wait}. Ask for more in Service Quotas, or lower maxParallel`,
  }
}

/** Whether the account may run what the experiment would run at a time. */
export const quotaVerdicts = (approaches: readonly Wanted[], reading: QuotaReading): QuotaVerdict[] =>
  [...needsOf(approaches)].map(([name, { instanceType, use, needed }]) => ({
    instanceType,
    use,
    name,
    needed,
    ...judge(needed, reading, name),
  }))
