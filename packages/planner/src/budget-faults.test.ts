import { experimentSpecSchema } from '@assay/contracts'
import { rateFor, storageRateFor, worstCase } from '@assay/pricing'
import { expect, test } from 'vitest'
import { budgetFaults, retryBudgetFault } from './budget-faults.ts'

const faultsOf = (maxUsd: number, change: object = {}) => {
  const spec = experimentSpecSchema.parse({
    name: 'x',
    dataset: 'ds-aaaaaaaaaaaaa',
    deadlineHours: 96,
    budget: { maxUsd },
    approaches: [{ id: 'one', recipe: 'pytorch-script', maxRunSeconds: 3600, instanceTypes: ['ml.g4dn.xlarge'] }],
    ...change,
  })
  const worst = worstCase(spec, {
    region: 'us-east-1',
    rateFor,
    storageRateFor,
    instanceTypesOf: ({ instanceTypes = [] }) => instanceTypes,
  })
  return { spec, worst, faults: budgetFaults(spec, worst) }
}

test('a budget that holds the worst case has no fault, nor has none', () => {
  expect(faultsOf(23).faults).toEqual([])
  expect(faultsOf(1, { budget: undefined }).faults).toEqual([])
})

test('a budget that is too small says both figures, and what to lower so that it fits', () => {
  const [fault] = faultsOf(10).faults
  expect(fault?.pointer).toBe('/budget/maxUsd')
  expect(fault?.detail).toMatch(/^\$10\.00 met, the worst case is \$22\.83 \(one \$22\.83\): \$0\.75 .* \$22\.08 /)
  const hours = Number(/deadlineHours to ([\d.]+)/.exec(fault?.detail ?? '')?.[1])
  expect(hours).toBeGreaterThan(40)
  expect(faultsOf(10, { deadlineHours: hours }).faults).toEqual([])
})

test('where no single setting is enough, all are named', () => {
  const many = Array.from({ length: 2 }, (_, index) => ({
    id: `a${index}`,
    recipe: 'pytorch-script',
    maxRunSeconds: 360_000,
    instanceTypes: ['ml.g4dn.xlarge'],
  }))
  expect(faultsOf(0.2, { approaches: many }).faults[0]?.detail).toContain('together')
})

test('without a price no budget can be kept', () => {
  const approaches = [{ id: 'odd', recipe: 'pytorch-script', instanceTypes: ['ml.g9.huge'] }]
  expect(faultsOf(1e6, { approaches }).faults).toEqual([
    {
      pointer: '/budget/maxUsd',
      detail: 'odd: no price is known for ml.g9.huge in us-east-1, so no budget can be kept',
    },
  ])
})

test('a retry that does not fit says what is spent, what it may cost and what to do', () => {
  const { spec, worst } = faultsOf(23)
  const after = { ...worst, microUsd: (worst.microUsd ?? 0) + 500_000 }
  expect(retryBudgetFault(spec, 'one', 500_000, after)).toMatch(
    /^budget\.maxUsd is \$23\.00; \$0\.50 are spent, and with another attempt of one \(\$0\.75 .* \$22\.08 .*\) the worst case is \$23\.33 in all\. .*new experiment/,
  )
  expect(retryBudgetFault(faultsOf(24).spec, 'one', 500_000, after)).toBeUndefined()
  expect(retryBudgetFault({}, 'one', 500_000, after)).toBeUndefined()
})
