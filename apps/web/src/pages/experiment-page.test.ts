import { expect, test } from 'vitest'
import { anExperimentView } from '../fakes/experiment-view.ts'
import { renderExperiment, renderFragments } from './experiment-page.tsx'

const now = '2026-11-23T12:10:00.000Z'

test('every fragment is in the page as it is rendered alone', () => {
  const experiment = anExperimentView()
  const page = renderExperiment({ experiment, now })
  const fragments = renderFragments({ experiment, now })
  expect([...fragments.keys()]).toEqual(['overview', 'actions', 'shared', 'lane-type-1', 'lane-type-2'])
  for (const [id, html] of fragments) {
    expect(html).toContain(`id="${id}"`)
    expect(page).toContain(html)
  }
})

test('a wait shows its reason, its age, when it looks next, and a bar where there is a denominator', () => {
  const view = anExperimentView()
  const [first, second] = view.approaches
  if (!first || !second) throw new Error('two approaches needed')
  const progress = {
    state: 'waiting' as const,
    message: 'waits for quota',
    since: '2026-11-23T12:07:00.000Z',
    nextLookAt: '2026-11-23T12:10:12.000Z',
    done: 3,
    total: 20,
    unit: 'trials',
  }
  const waiting = {
    ...first,
    stages: [{ stage: 'tune' as const, state: 'waiting' as const, progress }, ...first.stages.slice(1)],
  }
  const html = renderFragments({ experiment: { ...view, approaches: [waiting, second] }, now }).get('lane-type-1') ?? ''
  for (const part of ['waits for quota', '>3 min<', '>12 s<', '<progress value="3" max="20"', '3/20 trials'])
    expect(html).toContain(part)
})

test('what users chose to name is text, never markup', () => {
  const name = `"><img src=x onerror=alert(1)></script>`
  const experiment = anExperimentView({ name, reason: { code: 'x', message: name } })
  const [first] = experiment.approaches
  if (first) first.title = name
  expect(renderExperiment({ experiment, now })).not.toContain('<img')
})

test('an experiment under way can be canceled, an ended one cannot', () => {
  const running = renderExperiment({ experiment: anExperimentView(), now })
  const ended = renderExperiment({ experiment: anExperimentView({ state: 'succeeded', endedAt: now }), now })
  expect(running).toContain('action="/experiments/aaaaaaaaaaaaa/cancel"')
  expect(ended).not.toContain('/cancel')
})

test('what is left in the cloud is named', () => {
  const outcome = {
    state: 'failed' as const,
    cleanup: { remaining: [{ kind: 'endpoint', name: 'assay-x' }], checkedAt: now },
    bill: { microUsd: 1_500_000, approaches: [] },
  }
  const html = renderExperiment({ experiment: anExperimentView({ state: 'failed', endedAt: now, outcome }), now })
  expect(html).toContain('endpoint assay-x')
  expect(html).toContain('notional $1.50')
})
