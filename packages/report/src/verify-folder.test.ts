import { describe, expect, it } from 'vitest'
import { aReportFolder } from './testing/a-report-folder.ts'
import { aStudy } from './testing/a-study.ts'
import { verifyFolder } from './verify-folder.ts'

const study = aStudy({ approaches: 3, failing: 'type-1', resamples: 20 })
const folder = aReportFolder(study)
const inValidation = study.split.images.find(({ part }) => part === 'validation') ?? { id: 0 }

const verify = (changes: Record<string, (text: string) => string> = {}) =>
  verifyFolder(async (path) => {
    const text = folder.files.get(path)
    return text === undefined ? undefined : new TextEncoder().encode(changes[path]?.(text) ?? text)
  })

const differing = async (changes: Parameters<typeof verify>[0]) =>
  (await verify(changes)).filter(({ ok }) => !ok).map(({ what }) => what)

/** Changes the parsed report. */
const inReport =
  (change: (report: typeof folder.report) => void) =>
  (text: string): string => {
    const report = JSON.parse(text) as typeof folder.report
    change(report)
    return JSON.stringify(report)
  }

describe('verifying a report folder', () => {
  it('finds every number and dollar again in the files beside the report', async () => {
    const checks = await verify()
    expect(checks.filter(({ ok }) => !ok)).toEqual([])
    expect(checks.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        'ddn: 12 numbers, AP of 6 classes; mAP',
        'ddn: threshold chosen on validation; its F1 on test',
        'type-1-hpo: training $',
        'type-1-hpo: endpoint $',
        'channels/recordio.json: test images among 204 in the channels',
      ]),
    )
  })
  it('names a number that was improved', async () => {
    const change = inReport(({ approaches }) => {
      const stats = approaches[0]?.stats
      if (stats) stats[1] = (stats[1] ?? 0) + 1e-6
    })
    expect(await differing({ 'report.json': change })).toEqual(['ddn: AP at IoU .50, all areas, 100 detections'])
  })
  it('names a threshold that another choice gave, and what it was said to give on test', async () => {
    const change = inReport(({ approaches }) => {
      const threshold = approaches[0]?.diagnosis?.threshold
      if (threshold?.chosenOn !== 'validation') throw new Error('ddn has no threshold')
      threshold.confidence += 0.01
      threshold.test.f1 += 0.01
    })
    expect(await differing({ 'report.json': change })).toEqual([
      'ddn: threshold with the best F1 on validation',
      'ddn: f1 on test at the threshold',
    ])
  })
  it('names a validation image that was trained on', async () => {
    const { id } = inValidation
    const leak = (text: string) => text.replace(/"id":\d+/, `"id":${id}`)
    expect(await differing({ 'channels/voc-folders.json': leak })).toContain(
      'ddn: validation images in the training channel',
    )
  })
  it('names a cost that is a micro-dollar off', async () => {
    const change = inReport(({ approaches }) => {
      if (approaches[2]) approaches[2].trainingCostUsd = (approaches[2].trainingCostUsd ?? 0) + 0.000001
    })
    expect(await differing({ 'report.json': change })).toEqual(['type-1-hpo: training $'])
  })
  it('names a trial that the bill left out', async () => {
    const drop = (text: string) => {
      const { trainingJobs } = JSON.parse(text) as { trainingJobs: unknown[] }
      return JSON.stringify({
        trainingJobs: [...trainingJobs, { ...(trainingJobs[0] as object), TrainingJobName: 'one-more' }],
      })
    }
    expect(await differing({ 'describes/type-1-hpo.json': drop })).toEqual([
      'describes/type-1-hpo.json: SHA-256',
      'type-1-hpo: training jobs',
      'type-1-hpo: billable seconds',
      'type-1-hpo: training $',
      'type-1-hpo: storage $',
    ])
  })
  it('names a test image that was trained on', async () => {
    const leaked = folder.files.get('split.json')?.match(/"file":"([^"]+)","sha256":"([0-9a-f]{64})","part":"test"/)
    const leak = (text: string) => text.replace(/"sha256":"[0-9a-f]{64}"/, `"sha256":"${leaked?.[2]}"`)
    const checks = await verify({ 'channels/recordio.json': leak })
    expect(checks.find(({ what }) => what.startsWith('channels/recordio.json: test'))?.found).toContain(leaked?.[1])
    expect(await differing({ 'channels/recordio.json': leak })).toContain(
      'channels/recordio.json: test images among 204 in the channels',
    )
  })
  it('refuses a folder that lacks a file, by name', async () => {
    await expect(verifyFolder(async () => undefined)).rejects.toThrow('report.json is missing')
  })
  it('names the file and the place of what it cannot read', async () => {
    const cut = (text: string) => text.slice(0, -5)
    await expect(verify({ 'describes/ddn.json': cut })).rejects.toThrow(/^describes\/ddn\.json is no JSON/)
    const renamed = (text: string) => text.replace('"part":"train"', '"part":"practice"')
    await expect(verify({ 'split.json': renamed })).rejects.toThrow(/^split\.json at \/images\/\d+\/part: /)
  })
})
