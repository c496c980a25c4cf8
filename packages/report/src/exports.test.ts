import { reportSchema } from '@assay/contracts'
import { describe, expect, it } from 'vitest'
import { buildReport, withFinish } from './build-report.ts'
import { renderCsv } from './csv.ts'
import { formatLeaderboard } from './leaderboard-text.ts'
import { renderMarkdown } from './markdown.ts'
import { isStudyDataset } from './published.ts'
import { aDataset, neuNames } from './testing/a-dataset.ts'
import { aStudy } from './testing/a-study.ts'

const titles = ['=HYPERLINK("http://evil";"x")', '+cmd|calc', 'a | b <img src=x>\n# head', '@SUM(1)', '\u001b[2Jwiped']
const report = buildReport(aStudy({ resamples: 5, titles, failing: 'type-1' }).inputs)

describe('the report as JSON', () => {
  it('is what the contract says and survives JSON', () => {
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
  })
  it('gets what the cloud still lists from the terminal outcome, and no cost where no endpoint was', () => {
    const remaining = [{ kind: 'endpoint', name: 'assay-left' }]
    const microUsd = { scoredTrial: 0, otherTrials: 0, endpointBusy: 0, endpointIdle: 0, storage: 0 }
    const line = { approachId: 'type-1', microUsd, unpriced: [] }
    const finished = withFinish(report, {
      cleanup: { remaining, checkedAt: '2026-01-05T10:00:00.000Z' },
      bill: { microUsd: 0, approaches: [line] },
    })
    expect(finished.cleanup).toEqual({ remaining })
    expect(finished.approaches[1]?.cost).toMatchObject({ endpointUsd: null, endpointReason: 'no endpoint was made' })
  })
})

describe('the report as CSV', () => {
  const csv = renderCsv(report)
  it('holds no cell that a spreadsheet takes for a formula', () => {
    const cells = csv.split('\r\n').flatMap((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/))
    expect(cells.filter((cell) => /^"?[=+@\t]/.test(cell) || /^"?-\D/.test(cell))).toEqual([])
    expect(csv).toContain(`"'=HYPERLINK(""http://evil"";""x"")"`)
  })
  it('leaves undefined numbers empty', () => {
    expect(csv).not.toMatch(/(^|,)-1(,|\r)/)
  })
})

describe('the report as Markdown', () => {
  const markdown = renderMarkdown(report)
  it('keeps names of others on their line and in their cell', () => {
    expect(markdown).not.toContain('<img')
    expect(markdown).not.toMatch(/^# head/m)
    const rows = markdown.split('\n').filter((line) => line.startsWith('| '))
    const columns = rows.map((row) => row.replaceAll('\\|', '').split('|').length)
    expect(new Set(columns).size).toBeLessThanOrEqual(3)
  })
  it('says how many trials ended in which way, as the JSON does', () => {
    const tuned = report.approaches.find(({ trials }) => trials.length > 1)
    if (!tuned) throw new Error('a tuned approach needed')
    const trialCounts = { completed: tuned.trials.length, failed: 0, stopped: 0 }
    expect(tuned.trialCounts).toEqual(trialCounts)
    const approaches = report.approaches.map((one) =>
      one === tuned ? { ...one, trialCounts: { completed: 5, failed: 2, stopped: 1 } } : one,
    )
    expect(renderMarkdown({ ...report, approaches })).toContain(' | 5 / 2 / 1 |')
  })
})

describe('the leaderboard in a terminal', () => {
  const text = formatLeaderboard(report)
  it('is ordered by mAP and says what is local and notional', () => {
    const maps = [...text.matchAll(/ {2}(0\.\d{3}) +0\.\d{3}–/g)].map(([, map]) => Number(map))
    expect(maps).toHaveLength(4)
    expect(maps).toEqual([...maps].sort((a, b) => b - a))
    expect(text).toContain('notional $')
    expect(text).toContain('Local stand-ins, not SageMaker’s algorithms')
  })
  it('names the failed approach with its reason and lets no name steer the terminal', () => {
    expect(text).toContain('failed: AlgorithmError: loss is nan')
    expect(text).not.toContain('\u001b')
  })
})

describe('the study’s data set', () => {
  it('is known by its six names and 1,800 images', () => {
    expect(isStudyDataset(aDataset({ images: 1800 }))).toBe(true)
    expect(isStudyDataset(aDataset({ images: 600 }))).toBe(false)
    expect(isStudyDataset(aDataset({ images: 1800, names: [...neuNames.slice(1), 'other'] }))).toBe(false)
  })
})
