import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { viewExperiment } from '@assay/pipeline'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from './create-app.ts'
import { createFakeContext } from './fakes/context.ts'
import { aFinish, anExperiment, anOutcome, at, aTunedExperiment, idOf } from './fakes/records.ts'

const executablePath = '/usr/bin/chromium'
const isThere = existsSync(executablePath)

describe.skipIf(!isThere)('in Chromium at /usr/bin/chromium', () => {
  const fake = createFakeContext()
  const app = createApp(fake.context, { closeGraceMs: 50 })
  let browser: Browser
  let base = ''

  beforeAll(async () => {
    fake.addDataset()
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
    await app.listen({ host: '127.0.0.1', port: 0 })
    base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  }, 30_000)
  afterAll(async () => {
    await browser.close()
    await app.close()
  })

  /** An API of its own: events reach every experiment of a fake. */
  const serveAlone = async () => {
    const own = createFakeContext()
    const ownApp = createApp(own.context, { closeGraceMs: 50 })
    await ownApp.listen({ host: '127.0.0.1', port: 0 })
    const origin = `http://127.0.0.1:${(ownApp.server.address() as AddressInfo).port}`
    return { ...own, origin, stop: () => ownApp.close() }
  }

  /** A page that notes whatever it complains about, and every request that leaves the machine. */
  const openPage = async (path: string, options: { javaScriptEnabled?: boolean; origin?: string } = {}) => {
    const origin = options.origin ?? base
    const context = await browser.newContext(options)
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('request', (request) => {
      if (!/^(data:|blob:)/.test(request.url()) && !request.url().startsWith(origin)) complaints.push(request.url())
    })
    await page.goto(origin + path, { waitUntil: 'load' })
    return { page, complaints, close: () => context.close() }
  }

  test('no page asks a foreign host, breaks its own policy or has an error', async () => {
    const { id } = fake.addExperiment(anExperiment({ n: 500 }, { finish: aFinish() }))
    for (const [path, shown] of [
      ['/', 'h1'],
      ['/new', 'textarea'],
      ['/datasets', 'table'],
      [`/experiments/${id}`, '#lane-type-1'],
      ['/problems/unavailable', 'h1'],
      ['/docs', '.opblock'],
      ['/admin/queues', '#root nav, #root aside, #root header'],
    ] as const) {
      const { page, complaints, close } = await openPage(path)
      await page.locator(shown).first().waitFor()
      expect({ path, complaints }).toEqual({ path, complaints: [] })
      await close()
    }
  }, 60_000)

  test('without a script, the keyboard alone submits an experiment', async () => {
    const { page, close } = await openPage('/new', { javaScriptEnabled: false })
    await page.focus('#name')
    await page.keyboard.press('Control+A')
    await page.keyboard.type('by keyboard')
    await page.keyboard.press('Tab')
    await page.keyboard.type('steel')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/experiments/*')
    expect(await page.textContent('h1')).toBe('by keyboard')
    await close()
  }, 30_000)

  test('fields and JSON are kept in step, both ways', async () => {
    const { page, complaints, close } = await openPage('/new')
    const spec = async () => JSON.parse(await page.inputValue('#spec')) as { name: string; dataset: string }
    await page.fill('#name', 'typed')
    await page.selectOption('#dataset', `ds-${idOf(1)}`)
    expect(await spec()).toMatchObject({ name: 'typed', dataset: `ds-${idOf(1)}` })
    await page.fill('#spec', JSON.stringify({ ...(await spec()), name: 'from JSON' }))
    expect(await page.inputValue('#name')).toBe('from JSON')
    await page.fill('#spec', '{')
    expect(await page.textContent('#spec-hint')).toMatch(/^Not JSON yet/)
    expect(complaints).toEqual([])
    await close()
  }, 30_000)

  test('the plan follows the form while it is filled in, and works by its button without a script', async () => {
    const { page, complaints, close } = await openPage('/new')
    expect(await page.locator('#plan h2').count()).toBe(0)
    await page.selectOption('#dataset', `ds-${idOf(1)}`)
    await page.locator('#plan', { hasText: '$2.00' }).waitFor()
    await page.fill('#spec', '{"approaches": []}')
    await page.locator('#plan', { hasText: 'could not be submitted' }).waitFor()
    expect(complaints).toEqual([])
    await close()
    const plain = await openPage(`/new?dataset=ds-${idOf(1)}`, { javaScriptEnabled: false })
    await plain.page.click('button[value=plan]')
    await plain.page.locator('#plan', { hasText: '$2.00' }).waitFor()
    await plain.close()
  }, 30_000)

  test('the page of an experiment follows events and keeps what is open and focused', async () => {
    const { id } = fake.addExperiment(anExperiment({ n: 501 }))
    const emit = () => {
      const record = fake.experiments.get(id)
      if (record) fake.emit({ type: 'snapshot', experiment: viewExperiment(record, new Map()) })
    }
    emit()
    const { page, complaints, close } = await openPage(`/experiments/${id}`)
    await page.click('#cancel summary')
    const link = page.locator('#lane-type-2 a')
    await link.focus()
    fake.emit({
      type: 'stage',
      at: '2026-11-23T12:00:00.000Z',
      approachId: 'type-2',
      stage: {
        stage: 'deploy',
        state: 'waiting',
        progress: { state: 'waiting', message: 'waits for quota', since: '2026-11-23T12:00:00.000Z' },
      },
    })
    await page.locator('#lane-type-2', { hasText: 'waits for quota' }).waitFor()
    expect(await page.evaluate('document.activeElement.textContent')).toBe('type-2')
    expect(await page.locator('#cancel').getAttribute('open')).not.toBeNull()
    await page.click('#cancel button')
    await expect.poll(() => fake.experiments.get(id)?.cancelRequestedAt).toBeDefined()
    emit()
    await page.locator('#overview', { hasText: 'canceling' }).waitFor()
    fake.change(id, { finish: aFinish('canceled') })
    emit()
    await page.locator('#overview', { hasText: 'endpoint assay-left-over' }).waitFor()
    expect(await page.title()).toMatch(/^canceled/)
    expect(complaints).toEqual([])
    await close()
  }, 30_000)

  test('a tuning is stopped by its button, once a trial has a model', async () => {
    const { context, addExperiment, experiments, origin, stop } = await serveAlone()
    const { id } = addExperiment(aTunedExperiment())
    const trial = { name: 'job-001', status: 'InProgress', hyperparameters: { learning_rate: '0.01' }, best: false }
    context.liveTrials = async () => [trial]
    const early = await openPage(`/experiments/${id}`, { origin })
    expect(await early.page.locator('#trials-type-1 button').count()).toBe(0)
    await early.close()
    context.liveTrials = async () => [{ ...trial, status: 'Completed', objective: 0.4, best: true }]
    const { page, complaints, close } = await openPage(`/experiments/${id}`, { origin })
    await page.click('#trials-type-1 button')
    await page.locator('#trials-type-1', { hasText: 'Being stopped' }).waitFor()
    expect(page.url()).toBe(`${origin}/experiments/${id}#trials-type-1`)
    expect(await page.locator('#trials-type-1 button').count()).toBe(0)
    expect(experiments.get(id)?.approaches[0]?.tuningStopRequestedAt).toBeDefined()
    expect(complaints).toEqual([])
    await close()
    await stop()
  }, 30_000)

  test('a page that is left open comes to the end by itself, with the report to open', async () => {
    const { addExperiment, change, emit, origin, stop } = await serveAlone()
    const record = addExperiment(anExperiment())
    emit({ type: 'snapshot', experiment: viewExperiment(record, new Map()) })
    const { page, complaints, close } = await openPage(`/experiments/${record.id}`, { origin })
    await page.locator('#actions', { hasText: 'The report comes when every approach has ended.' }).waitFor()
    await page.evaluate('window.wasNotReloaded = true')
    const file = { key: 'r', sha256: 'a'.repeat(64), bytes: 1 }
    const report = anOutcome(
      'report',
      { prefix: 'r/', json: file, pictures: file, files: [] },
      { attempts: { 'type-1': 1, 'type-2': 1 } },
    )
    change(record.id, { report, finish: aFinish() })
    emit({ type: 'state', at: at(30), state: 'succeeded' })
    const link = page.locator('#actions a', { hasText: 'Open the report' })
    await link.waitFor()
    expect(await link.getAttribute('href')).toBe(`/v1/experiments/${record.id}/report?format=html`)
    await page.locator('#overview', { hasText: 'notional $1.50' }).waitFor()
    expect(await page.title()).toMatch(/^succeeded/)
    expect(await page.locator('#cancel').count()).toBe(0)
    expect(await page.evaluate('window.wasNotReloaded')).toBe(true)
    expect(await page.locator('#connection').isVisible()).toBe(false)
    expect(complaints).toEqual([])
    await close()
    await stop()
  }, 30_000)
})
