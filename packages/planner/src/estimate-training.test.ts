import type { RunRecord } from '@assay/contracts'
import { describe, expect, it } from 'vitest'
import { estimateTraining, type PlannedTraining } from './estimate-training.ts'

const planned: PlannedTraining = {
  environment: 'aws',
  instanceType: 'ml.g5.xlarge',
  hyperparameters: { epochs: '100', 'batch-size': '8' },
  trainImages: 1000,
  trials: 1,
  parallel: 1,
  past: [],
}

const aRun = (trial: Partial<RunRecord['trials'][number]> = {}, more: Partial<RunRecord> = {}): RunRecord => ({
  writer: 'w',
  experimentId: 'a'.repeat(13),
  approachId: 'a',
  at: '2026-11-23T12:00:00.000Z',
  environment: 'aws',
  family: 'f',
  hyperparameters: { epochs: '50', 'batch-size': '8', 'learning-rate': '0.1' },
  trainImages: 500,
  maxTrials: 1,
  parallel: 1,
  trials: [
    {
      instanceType: 'ml.g5.xlarge',
      instanceCount: 1,
      billableSeconds: 600,
      overheadSeconds: 100,
      epochs: 50,
      ...trial,
    },
  ],
  trainWallSeconds: 700,
  ...more,
})

describe('the time of a training', () => {
  it('is guessed before the first run, said to be, and spread widely', () => {
    const { basis, trialSeconds, assumptions } = estimateTraining({
      ...planned,
      pace: { secondsPerImageEpoch: 0.01, source: 'a study' },
    })
    expect(basis).toBe('assumptions')
    expect(trialSeconds.expected).toBeCloseTo(150 + 0.01 * (15.7 / 31.2) * 100_000)
    expect(trialSeconds.high / trialSeconds.low).toBeCloseTo(9)
    expect(assumptions.join('\n')).toMatch(/guessed.*\n.*guessed.*a study/)
  })
  it('follows images and epochs of a past run, whose overhead stays as it was', () => {
    const { basis, trialSeconds } = estimateTraining({ ...planned, past: [aRun()] })
    expect(basis).toBe('past-runs')
    // 500 s for 500 images × 50 epochs; four times the work now.
    expect(trialSeconds.expected).toBe(100 + 500 * 4)
  })
  it('of the same work is what was billed', () => {
    const same = { ...planned, trainImages: 500, hyperparameters: { epochs: '50', 'batch-size': '8' } }
    expect(estimateTraining({ ...same, past: [aRun()] }).trialSeconds.expected).toBe(600)
  })
  it('rests on the same hardware and batch where there is any, else says what differed and spreads further', () => {
    const other = aRun({ billableSeconds: 6000 }, { hyperparameters: { epochs: '50', 'batch-size': '1' } })
    const both = estimateTraining({ ...planned, past: [other, aRun()] })
    expect(both.trialSeconds.expected).toBe(2100)
    const alone = estimateTraining({ ...planned, past: [other] })
    expect(alone.assumptions.join()).toContain('other settings of network or batch')
    expect(alone.trialSeconds.high / alone.trialSeconds.expected).toBeGreaterThan(
      both.trialSeconds.high / both.trialSeconds.expected,
    )
  })
  it('on other hardware is scaled by the peak rates', () => {
    const t4 = aRun({ instanceType: 'ml.g4dn.xlarge' })
    const { trialSeconds, assumptions } = estimateTraining({ ...planned, past: [t4] })
    expect(trialSeconds.expected).toBeCloseTo(100 + 2000 * (8.1 / 31.2))
    expect(assumptions.join()).toContain('other hardware')
  })
  it('of a tuning counts rounds, and the waits between them as before', () => {
    const before = aRun({}, { maxTrials: 4, parallel: 2, trainWallSeconds: 1500 })
    const { wallSeconds } = estimateTraining({ ...planned, trials: 20, parallel: 2, past: [before] })
    expect(wallSeconds.expected).toBeCloseTo(2100 * 10 * (1500 / 1200))
  })
  it('without epochs in the hyperparameters says what it supposes', () => {
    expect(estimateTraining({ ...planned, hyperparameters: {} }).assumptions[0]).toContain('30 supposed')
  })
  it('reads epochs that script mode sends as JSON text', () => {
    const quoted = estimateTraining({
      ...planned,
      hyperparameters: { epochs: '"100"', 'batch-size': '8' },
      past: [aRun()],
    })
    expect(quoted.trialSeconds.expected).toBe(2100)
  })
})
