import type { ExperimentView, StageView } from '@assay/contracts'
import { describe, expect, test } from 'vitest'
import { createProgressPrinter } from './progress-printer.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString()

const aView = (train: Partial<StageView>, split: Partial<StageView> = {}): ExperimentView => ({
  id: 'aaaaaaaaaaaaa',
  name: 'test',
  state: 'running',
  environment: 'local',
  datasetId: 'ds-aaaaaaaaaaaaa',
  createdAt: at(0),
  stages: [{ stage: 'split', state: 'succeeded', startedAt: at(0), endedAt: at(2), ...split }],
  approaches: [
    {
      id: 'ddn',
      title: 'DDN',
      recipe: 'pytorch-script',
      attempt: 1,
      state: 'running',
      stages: [{ stage: 'train', state: 'queued', ...train }],
    },
  ],
  spec: {} as ExperimentView['spec'],
  links: { self: '', events: '', report: '', page: '' },
})

const waiting = (message: string, done = 3): Partial<StageView> => ({
  state: 'waiting',
  progress: { state: 'waiting', message, since: at(10), done, total: 12, unit: 'epochs' },
})

const record = (isTTY: boolean) => {
  const written: string[] = []
  let seconds = 15
  const printer = createProgressPrinter(
    { write: (text) => written.push(text), isTTY, columns: 200 },
    { now: () => Date.parse(at(seconds)) },
  )
  return { printer, written, text: () => written.join(''), pass: (more: number) => (seconds += more) }
}

describe('without a terminal', () => {
  test('a stage has a line when it begins to wait, with reason, age and bar, and one when it ends', () => {
    const { printer, text } = record(false)
    printer.update(aView(waiting('the training job is starting')))
    expect(text()).toMatch(/^✓ split +2 s$/m)
    expect(text()).toMatch(/^… ddn train {2}███░{9} 3\/12 epochs · for 5 s · the training job is starting$/m)
    printer.update(aView({ state: 'succeeded', startedAt: at(10), endedAt: at(80) }))
    expect(text()).toMatch(/^✓ ddn train {2}1 min 10 s$/m)
  })

  test('what the cloud works on has the mark of what runs, what something is in the way of another', () => {
    const stage = waiting('training')
    const inCloud = record(false)
    inCloud.printer.update(
      aView({ ...stage, ...(stage.progress ? { progress: { ...stage.progress, inCloud: true } } : {}) }),
    )
    expect(inCloud.text()).toMatch(/^▶ ddn train/m)
    const inTheWay = record(false)
    inTheWay.printer.update(aView(stage))
    expect(inTheWay.text()).toMatch(/^… ddn train/m)
  })

  test('what did not change is not said again, until it has gone on for long', () => {
    const { printer, written, pass } = record(false)
    printer.update(aView(waiting('training')))
    const lines = written.length
    printer.update(aView(waiting('training', 4)))
    expect(written).toHaveLength(lines)
    pass(60)
    printer.tick()
    expect(written).toHaveLength(lines + 1)
  })

  test('control characters of the server do not reach the terminal', () => {
    const { printer, text } = record(false)
    printer.update(aView(waiting('\u001b[2Jboo')))
    expect(text()).toContain('[2Jboo')
    expect(text()).not.toContain('\u001b')
  })
})

test('on a terminal live stages are drawn over, ended ones stay', () => {
  const { printer, written } = record(true)
  printer.update(aView(waiting('training')))
  printer.update(aView(waiting('training', 6)))
  expect(written[1]).toContain('\u001b[1A\u001b[0J')
  expect(written[1]).toContain('6/12')
  expect(written[1]).not.toContain('split')
})
