import { expect, test } from 'vitest'
import { quotaVerdicts } from './quota-verdicts.ts'

const approaches = [
  { instanceTypes: ['ml.g4dn.xlarge', 'ml.g5.xlarge'], endpointInstanceTypes: ['ml.m5.xlarge'], parallel: 10 },
  { instanceTypes: ['ml.g4dn.xlarge'], endpointInstanceTypes: ['ml.m5.xlarge'], parallel: 1 },
]

test('instances that run side by side are counted on the preferred type, with the names of Service Quotas', () => {
  const limits = new Map([
    ['ml.g4dn.xlarge for training job usage', 4],
    ['ml.m5.xlarge for endpoint usage', 2],
  ])
  expect(quotaVerdicts(approaches, { limits })).toMatchObject([
    { name: 'ml.g4dn.xlarge for training job usage', needed: 11, limit: 4, verdict: 'short' },
    { name: 'ml.m5.xlarge for endpoint usage', needed: 2, limit: 2, verdict: 'enough' },
  ])
})

test('a quota of 0 says that nothing would start', () => {
  const [first] = quotaVerdicts(approaches, { limits: new Map([['ml.g4dn.xlarge for training job usage', 0]]) })
  expect(first?.detail).toContain('nothing would start')
})

test('what cannot be read is unknown, with the reason', () => {
  expect(quotaVerdicts(approaches, { unreadable: 'AccessDenied' })[0]).toMatchObject({
    limit: null,
    verdict: 'unknown',
    detail: 'AccessDenied',
  })
  expect(quotaVerdicts(approaches, { limits: new Map() })[0]?.verdict).toBe('unknown')
})
