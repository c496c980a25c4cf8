import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildReport } from '../build-report.ts'
import { aDataset } from '../testing/a-dataset.ts'
import { aStudy } from '../testing/a-study.ts'
import { renderHtml } from './render-html.tsx'

const onePixel = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'
const hostileNames = [
  '"><img src=x onerror=alert(1)>',
  '</script><script>alert(2)</script>',
  '=HYPERLINK("http://evil")',
  "'-->{{a}}",
]

const study = aStudy({ resamples: 20, failing: 'type-1' })
const report = buildReport(study.inputs)
const uris = new Map(report.pictures.map(({ imageId }) => [imageId, onePixel]))
const html = renderHtml(report, uris)

const small = renderHtml(buildReport(aStudy({ resamples: 5, approaches: 2 }).inputs), new Map())

const hostile = () => {
  const manifest = aDataset({ images: 90, names: [...hostileNames, 'plain'] })
  const { inputs } = aStudy({ manifest, resamples: 5, name: hostileNames[1], titles: hostileNames, failing: 'type-1' })
  return buildReport(inputs)
}

const chromiumPath = '/usr/bin/chromium'

interface Opened {
  requests: string[]
  complaints: string[]
  evaluate: (expression: string) => Promise<unknown>
}

/** Opens the page from a file, offline, and notes everything that it asks for or complains of. */
const opened = async (
  browser: Browser,
  content: string,
  look: (page: Opened) => Promise<void>,
  { javaScriptEnabled = true } = {},
) => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-report-'))
  const context = await browser.newContext({ offline: true, javaScriptEnabled })
  try {
    const path = join(folder, 'report.html')
    writeFileSync(path, content)
    const page = await context.newPage()
    const requests: string[] = []
    const complaints: string[] = []
    page.on('request', (request) => {
      if (!request.url().startsWith('data:')) requests.push(request.url())
    })
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(pathToFileURL(path).href)
    await look({ requests, complaints, evaluate: (expression) => page.evaluate(expression) })
  } finally {
    await context.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

describe('the report as HTML', () => {
  it('is the same bytes for the same report', () => {
    expect(renderHtml(buildReport(aStudy({ resamples: 20, failing: 'type-1' }).inputs), uris)).toBe(html)
  })
  it('stays below 1.5 MB without its images', () => {
    expect(renderHtml(report, new Map()).length).toBeLessThan(1_500_000)
  })
  it('names what is local and notional beside the figures', () => {
    expect(html).toContain('notional training $')
    expect(html).toContain('mAP, local stand-in')
    const onAws = renderHtml(buildReport(aStudy({ environment: 'aws', resamples: 5, approaches: 2 }).inputs), new Map())
    expect(onAws).not.toMatch(/notional|stand-in/)
  })
  it('lists the failed approach with its reason', () => {
    expect(html).toContain('loss is nan after epoch 3, exit code: 1. Lower the learning rate &lt;1e-3.')
  })
  it('gives each approach its threshold with the rates on test, or says why it has none', () => {
    const rows = [...html.matchAll(/<tr>(?:(?!<tr>).)*?<\/tr>/gs)].map(([row]) => row.replaceAll(/<[^>]*>/g, '|'))
    for (const { title, diagnosis } of report.approaches) {
      if (!diagnosis) continue
      const { threshold } = diagnosis
      const stated =
        threshold.chosenOn === 'validation'
          ? [threshold.confidence, threshold.validation.f1, threshold.test.f1].map((value) => value.toFixed(3))
          : [`none: ${threshold.reason}`]
      expect(rows.filter((row) => [`|${title}|`, ...stated].every((text) => row.includes(text)))).toHaveLength(1)
    }
  })
  it('shows the published figures for NEU-DET and for no smaller set of the same classes', () => {
    expect(html).not.toContain('Published, not measured here')
    const neuDet = renderHtml({ ...report, showPublished: true }, new Map())
    expect(neuDet).toContain('Published, not measured here')
    expect(neuDet).toContain('$3.825')
  })
  it('holds no name of others as markup', () => {
    const page = renderHtml(hostile(), new Map())
    expect(page).not.toMatch(/<img|<script>alert/)
    expect(page).toContain('&lt;/script>&lt;script>alert(2)')
  })
})

describe.skipIf(!existsSync(chromiumPath))('the report in Chromium', { timeout: 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] })
  }, 60_000)
  afterAll(() => browser.close())

  it('asks for nothing, complains of nothing, and follows the slider', () =>
    opened(browser, html, async ({ requests, complaints, evaluate }) => {
      const shown = 'document.querySelectorAll("g.tp:not(.off),g.fp:not(.off)").length'
      const slide = `(() => { const slider = document.querySelector('input[type=range]'); slider.value = 0; slider.dispatchEvent(new Event('input')); return ${shown} })()`
      const back = `document.querySelector('[data-confidence] button').click(), ${shown}`
      const before = Number(await evaluate(shown))
      expect(before).toBeGreaterThan(0)
      expect(Number(await evaluate(slide))).toBeGreaterThan(before)
      expect(Number(await evaluate(back))).toBe(before)
      expect(await evaluate('document.querySelectorAll("#pictures use").length')).toBe(report.pictures.length * 5)
      expect(requests).toHaveLength(1)
      expect(complaints).toEqual([])
    }))
  it('shows every section without script, and no control that would need one', () =>
    opened(
      browser,
      html,
      async ({ requests, complaints, evaluate }) => {
        const visible = (selector: string) =>
          evaluate(`[...document.querySelectorAll('${selector}')].filter((e) => e.checkVisibility()).length`)
        expect(await visible('main > section')).toBe(html.match(/<section /g)?.length)
        expect(await visible('input, [data-theme-switch]')).toBe(0)
        expect(requests).toHaveLength(1)
        expect(complaints).toEqual([])
      },
      { javaScriptEnabled: false },
    ))
  it.each(['light', 'dark'] as const)('has no fault that axe knows of in the %s theme', async (colorScheme) => {
    const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    // The page's own policy would refuse the checker.
    const context = await browser.newContext({ colorScheme, offline: true, bypassCSP: true })
    const page = await context.newPage()
    await page.setContent(small)
    await page.evaluate(axe)
    const faults = await page.evaluate(
      `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))`,
    )
    await context.close()
    expect(faults).toEqual([])
  })
  it('runs nothing that a name brings along', () =>
    opened(browser, renderHtml(hostile(), new Map()), async ({ requests, complaints, evaluate }) => {
      expect(await evaluate('document.images.length')).toBe(0)
      expect(await evaluate('document.title')).toContain('</script><script>')
      expect(requests).toHaveLength(1)
      expect(complaints).toEqual([])
    }))
})
