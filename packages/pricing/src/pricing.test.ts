import { experimentSpecSchema } from '@assay/contracts'
import { describe, expect, it } from 'vitest'
import { endpointCost, instanceMicroUsd, trainingCost, usdOf } from './cost.ts'
import { rateAmong, rateFor, storageRateFor } from './rate.ts'
import { spotSavedShare } from './spot-saved-share.ts'
import { worstCase } from './worst-case.ts'

const region = 'us-east-1'
const aTrial = (instanceType: string, billableSeconds?: number, instanceCount = 1) => ({
  name: 'assay-a',
  instanceType,
  instanceCount,
  ...(billableSeconds !== undefined && { billableSeconds }),
})

describe('prices', () => {
  it('have a source and a date', () => {
    expect(rateFor('ml.g5.2xlarge', 'training', region)).toMatchObject({
      microUsdPerHour: 1_515_000,
      date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string,
      source: expect.stringContaining('Price List') as string,
    })
  })
  it('are unknown for another type or region', () => {
    expect(rateFor('ml.p9.huge', 'training', region)).toBeUndefined()
    expect(rateFor('ml.m5.xlarge', 'hosting', 'eu-west-1')).toBeUndefined()
  })
})

describe('the cost of training', () => {
  it('is billable seconds times instances times the rate of the type that ran, over all trials', () => {
    const cost = trainingCost(
      [aTrial('ml.g4dn.xlarge', 3600), aTrial('ml.m5.xlarge', 1800, 2), aTrial('ml.m5.xlarge')],
      region,
      rateFor,
    )
    expect(cost.microUsd).toBe(736_400 + 230_000)
    expect(cost).toMatchObject({ rates: [{ instanceType: 'ml.g4dn.xlarge' }, { instanceType: 'ml.m5.xlarge' }] })
  })
  it('of the study is its hours at $3.825, a quarter above what was published at $3.06', () => {
    const tenHours = trainingCost([aTrial('ml.p3.2xlarge', 36_000)], region, rateFor)
    expect(tenHours.microUsd).toBe(38_250_000)
    expect(38.25 / 30.6).toBeCloseTo(1.25)
  })
  it('is null with a reason where a billed type has no price', () => {
    expect(trainingCost([aTrial('ml.p9.huge', 1)], region, rateFor)).toEqual({
      microUsd: null,
      reason: 'no training price is known for ml.p9.huge in us-east-1',
    })
  })
  it('of a trial that never got an instance is nothing, whatever its type', () => {
    expect(trainingCost([aTrial('ml.p9.huge')], region, rateFor).microUsd).toBe(0)
  })
  it('uses only the rates that it is given', () => {
    expect(trainingCost([aTrial('ml.m5.xlarge', 10)], region, rateAmong([])).microUsd).toBeNull()
  })
})

describe('what spot capacity saved', () => {
  const onSpot = { spot: true as const, instanceCount: 1 }
  it('is one minus billed by trained seconds, over the trials that ran on it', () => {
    expect(
      spotSavedShare([
        { ...onSpot, trainingSeconds: 100, billableSeconds: 30 },
        { ...onSpot, trainingSeconds: 300, billableSeconds: 90 },
        { instanceCount: 1, trainingSeconds: 5000, billableSeconds: 5000 },
      ]),
    ).toBeCloseTo(0.7)
  })
  it('is not known where none did, or none came to train', () => {
    expect(spotSavedShare([{ instanceCount: 1, trainingSeconds: 5, billableSeconds: 5 }])).toBeUndefined()
    expect(spotSavedShare([onSpot])).toBeUndefined()
  })
})

describe('micro-dollars', () => {
  it('are whole and rounded to the nearest', () => {
    expect(instanceMicroUsd(1, 1, 230_000)).toBe(64)
    expect(instanceMicroUsd(0.0005, 1, 3_600_000)).toBe(1)
    expect(instanceMicroUsd(2_419_200, 100, 98_320_000)).toBe(6_607_104_000_000)
    expect(usdOf(1_234_567)).toBe(1.234567)
  })
  it('of an endpoint count its whole life', () => {
    expect(endpointCost({ seconds: 7200, instanceType: 'ml.m5.xlarge' }, region, rateFor).microUsd).toBe(460_000)
    expect(endpointCost({ seconds: 1, instanceType: 'ml.x.y' }, region, rateFor).microUsd).toBeNull()
  })
})

describe('the worst case', () => {
  const spec = experimentSpecSchema.parse({
    name: 'x',
    dataset: 'ds-aaaaaaaaaaaaa',
    deadlineHours: 2,
    approaches: [
      {
        id: 'tuned',
        recipe: 'sagemaker-object-detection',
        instanceTypes: ['ml.g4dn.xlarge', 'ml.g5.2xlarge'],
        maxRunSeconds: 3600,
        tuning: { maxTrials: 20, maxParallel: 10, ranges: { lr: { type: 'continuous', min: 1, max: 2 } } },
      },
    ],
  })
  const options = {
    region,
    rateFor,
    storageRateFor,
    instanceTypesOf: ({ instanceTypes }: { instanceTypes?: string[] | undefined }) => instanceTypes ?? [],
  }
  it('is all trials with their volumes at their time limit on the dearest type, and the endpoint until the deadline', () => {
    expect(worstCase(spec, options).microUsd).toBe(20 * (1_515_000 + 9_589) + 2 * 230_000)
  })
  it('of a batch transform is at its own price', () => {
    const transformOnly: typeof rateFor = (type, use, where) =>
      use === 'hosting' ? undefined : rateFor(type, use, where)
    const approaches = spec.approaches.map((approach) => ({ ...approach, inference: 'transform' as const }))
    expect(worstCase({ ...spec, approaches }, { ...options, rateFor: transformOnly }).microUsd).toBe(
      worstCase(spec, options).microUsd,
    )
    expect(worstCase(spec, { ...options, rateFor: transformOnly }).microUsd).toBeNull()
  })
  it('is unknown as a whole where one approach has no price', () => {
    const { microUsd, approaches } = worstCase(spec, { ...options, instanceTypesOf: () => ['ml.p9.huge'] })
    expect(microUsd).toBeNull()
    expect(approaches[0]?.reason).toContain('ml.p9.huge')
  })
})
