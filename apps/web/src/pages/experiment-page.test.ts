import { type ApproachDetail, approachSpecSchema, type LiveTrial, type Progress } from '@assay/contracts'
import { expect, test } from 'vitest'
import { anExperimentView } from '../fakes/experiment-view.ts'
import { renderExperiment, renderFragments } from './experiment-page.tsx'

const now = '2026-11-23T12:10:00.000Z'
const tunings = new Map<string, ApproachDetail>()

test('every fragment is in the page as it is rendered alone', () => {
  const experiment = anExperimentView()
  const page = renderExperiment({ experiment, tunings, now })
  const fragments = renderFragments({ experiment, tunings, now })
  expect([...fragments.keys()]).toEqual(['overview', 'actions', 'shared', 'lane-type-1', 'lane-type-2'])
  for (const [id, html] of fragments) {
    expect(html).toContain(`id="${id}"`)
    expect(page).toContain(html)
  }
})

/** The lane of an approach whose tuning is so far. */
const laneHtml = (progress: Progress) => {
  const view = anExperimentView()
  const [first, second] = view.approaches
  if (!first || !second) throw new Error('two approaches needed')
  const waiting = {
    ...first,
    stages: [{ stage: 'tune' as const, state: 'waiting' as const, progress }, ...first.stages.slice(1)],
  }
  return (
    renderFragments({ experiment: { ...view, approaches: [waiting, second] }, tunings, now }).get('lane-type-1') ?? ''
  )
}

test('a wait shows its reason, its age, when it looks next, and a bar where there is a denominator', () => {
  const html = laneHtml({
    state: 'waiting',
    message: 'waits for quota',
    since: '2026-11-23T12:07:00.000Z',
    nextLookAt: '2026-11-23T12:10:12.000Z',
    done: 3,
    total: 20,
    unit: 'trials',
  })
  for (const part of ['waits for quota', '>3 min<', '>12 s<', '<progress value="3" max="20"', '3/20 trials'])
    expect(html).toContain(part)
})

test('what the cloud works on is not called waiting', () => {
  const wait = { state: 'waiting' as const, message: 'trains', since: '2026-11-23T12:07:00.000Z' }
  expect(laneHtml(wait)).toContain('</svg>waiting')
  const inCloud = laneHtml({ ...wait, inCloud: true })
  expect(inCloud).toContain('</svg>in the cloud')
  expect(inCloud).not.toContain('</svg>waiting')
})

test('a deadline is shown once it is less than a day away', () => {
  const wait = { state: 'waiting' as const, message: 'trains', since: '2026-11-23T12:07:00.000Z' }
  const near = laneHtml({ ...wait, deadlineAt: '2026-11-23T12:55:00.000Z' })
  expect(near).toContain('fails unless done in')
  expect(near).toContain('>45 min<')
  expect(laneHtml({ ...wait, deadlineAt: '2026-11-26T12:10:00.000Z' })).not.toContain('fails unless')
  expect(laneHtml(wait)).not.toContain('fails unless')
})

test('what users chose to name is text, never markup', () => {
  const name = `"><img src=x onerror=alert(1)></script>`
  const experiment = anExperimentView({ name, reason: { code: 'x', message: name } })
  const [first] = experiment.approaches
  if (first) first.title = name
  expect(renderExperiment({ experiment, tunings, now })).not.toContain('<img')
})

test('an experiment under way can be canceled, an ended one cannot', () => {
  const running = renderExperiment({ experiment: anExperimentView(), tunings, now })
  const ended = renderExperiment({
    experiment: anExperimentView({ state: 'succeeded', endedAt: now }),
    tunings,
    now,
  })
  expect(running).toContain('action="/experiments/aaaaaaaaaaaaa/cancel"')
  expect(ended).not.toContain('/cancel')
})

test('what is left in the cloud is named', () => {
  const outcome = {
    state: 'failed' as const,
    cleanup: { remaining: [{ kind: 'endpoint', name: 'assay-x' }], checkedAt: now },
    bill: { microUsd: 1_500_000, approaches: [] },
  }
  const html = renderExperiment({
    experiment: anExperimentView({ state: 'failed', endedAt: now, outcome }),
    tunings,
    now,
  })
  expect(html).toContain('endpoint assay-x')
  expect(html).toContain('notional $1.50')
})

const aTuned = approachSpecSchema.parse({
  id: 'type-1',
  recipe: 'jumpstart',
  modelId: 'some-model',
  tuning: { maxTrials: 4, maxParallel: 2, ranges: { 'learning-rate': { type: 'continuous', min: 0.001, max: 0.1 } } },
})
const aTrial = (name: string, more: Partial<LiveTrial> = {}): LiveTrial => ({
  name,
  status: 'Completed',
  hyperparameters: { 'learning-rate': '0.012345678', epochs: '7' },
  best: false,
  startedAt: '2026-11-23T12:07:00.000Z',
  endedAt: '2026-11-23T12:09:00.000Z',
  ...more,
})

/** The fragment with the trials of a tuning that has got so far. */
const trialsHtml = (detail: Partial<ApproachDetail> | undefined) => {
  const view = anExperimentView()
  const [first, second] = view.approaches
  if (!first || !second) throw new Error('two approaches needed')
  const experiment = { ...view, spec: { ...view.spec, approaches: [aTuned] } }
  const links = { self: '', metrics: '', predictions: '', logs: '' }
  const known = { ...first, experimentId: view.id, trials: [], liveTrials: [], links, ...detail }
  const props = { experiment, tunings: new Map(detail ? [[first.id, known]] : []), now }
  const html = renderFragments(props).get('trials-type-1') ?? ''
  expect(renderExperiment(props)).toContain(html)
  expect(renderFragments(props).has(`trials-${second.id}`)).toBe(false)
  return html
}
const stopButton = 'action="/experiments/aaaaaaaaaaaaa/approaches/type-1/stop-tuning"'

test('trials that run are shown with what is tuned, the best so far, and a way to stop there', () => {
  const html = trialsHtml({
    liveTrials: [
      aTrial('t-1', { best: true, objective: 0.512345 }),
      aTrial('t-2', { status: 'Failed', failureReason: '<i>no memory</i>' }),
      aTrial('t-3', { status: 'InProgress' }),
      aTrial('t-4', { status: 'Stopping' }),
    ],
  })
  expect(html).toContain('1 completed, 2 running, 1 failed of 4; best objective 0.5123')
  for (const part of ['★', '0.01235', 'stopping', '&lt;i>no memory', '>2 min<', stopButton])
    expect(html).toContain(part)
  expect(html).not.toContain('epochs')
})

test('a tuning without a model so far cannot be stopped with the best so far, nor one twice', () => {
  expect(trialsHtml({ liveTrials: [aTrial('t-1', { status: 'InProgress' })] })).toContain('none has a result yet')
  expect(trialsHtml({ liveTrials: [aTrial('t-1', { status: 'InProgress' })] })).not.toContain(stopButton)
  const stopped = trialsHtml({ liveTrials: [aTrial('t-1', { best: true })], tuningStopRequestedAt: now })
  expect(stopped).not.toContain(stopButton)
  expect(stopped).toContain('Being stopped')
})

test('trials that have ended stay, with the one that is used; where there are none it says why', () => {
  const ended = { ...aTrial('t-1'), status: 'Completed' as const, instanceType: 'ml.g5.xlarge', instanceCount: 1 }
  const objective = { metric: 'val:loss', direction: 'minimize' as const, value: 0.25 }
  const html = trialsHtml({ trials: [{ ...ended, objective: 0.25 }], best: 't-1', objective })
  expect(html).toContain('1 completed of 4; best val:loss 0.25')
  expect(html).not.toContain(stopButton)
  expect(trialsHtml({})).toContain('no trial has begun')
  expect(trialsHtml(undefined)).toContain('the cloud does not tell its trials now')
})
