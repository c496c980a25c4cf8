import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Comparison } from '@assay/evaluation'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runEvaluate } from './run-evaluate.ts'

const box = { image_id: 1, category_id: 7, bbox: [10, 10, 40, 40] }
const truth = {
  images: [{ id: 1 }, { id: 2 }],
  categories: [{ id: 7, name: '<b>scratch</b>' }],
  annotations: [
    { ...box, id: 1, area: 1600, iscrowd: 0 },
    { ...box, id: 2, image_id: 2, area: 1600, iscrowd: 0 },
  ],
}
// Found in one of two images: precision 1 up to recall 1/2, which 51 of 101 recall thresholds reach.
const half = [{ ...box, score: 0.9 }]
const all = [...half, { ...box, image_id: 2, score: 0.8 }]

let folder: string
const at = (name: string) => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evaluate-'))
  const files = { 'gt.json': truth, 'half.json': half, 'all.json': all, 'bad.json': [{ ...box, score: 'high' }] }
  for (const [name, document] of Object.entries(files)) await writeFile(at(name), JSON.stringify(document))
  await writeFile(at('cut.json'), '[{"image_id": 1,')
})

afterAll(() => rm(folder, { recursive: true }))

const run = async (...args: string[]): Promise<string> => {
  let text = ''
  await runEvaluate(args, (more) => {
    text += more
  })
  return text
}

const json = async (...names: string[]) =>
  JSON.parse(
    await run('--ground-truth', at('gt.json'), ...names.flatMap((name) => ['--detections', at(name)]), '--json'),
  ) as Record<string, unknown> & { stats: number[]; comparison: Comparison | null }

describe('assay evaluate', () => {
  test('prints one JSON object for one file', async () => {
    const answer = await json('half.json')
    expect(Object.keys(answer)).toEqual(['stats', 'perCategoryAP', 'perCategoryAP50', 'perIouMap'])
    expect(answer.stats).toHaveLength(12)
    expect(answer.stats[0]).toBeCloseTo(51 / 101, 12)
    expect(answer['perCategoryAP']).toEqual({ 7: expect.closeTo(51 / 101, 12) as number })
    expect(answer.stats[5]).toBe(-1)
  })

  test('adds a comparison for several files', async () => {
    const { comparison, stats } = await json('half.json', 'all.json')
    expect(stats[0]).toBeCloseTo(51 / 101, 12)
    expect(comparison?.approaches.map(({ id, mAP }) => [id, mAP.estimate])).toEqual([
      [at('half.json'), expect.closeTo(51 / 101, 12) as number],
      [at('all.json'), expect.closeTo(1, 12) as number],
    ])
    expect(comparison?.pairs[0].difference.estimate).toBeCloseTo(51 / 101 - 1, 12)
  })

  test('prints tables otherwise', async () => {
    const text = await run('--ground-truth', at('gt.json'), '--detections', at('half.json'))
    expect(text).toContain('2 images, 1 classes, 2 objects')
    expect(text).toMatch(/AP {5}IoU \.50:\.95 +0\.505\n/)
    expect(text).toMatch(/<b>scratch<\/b> +0\.505 +2\n/)
  })

  test('writes a page that needs no other file and lets no class name through as markup', async () => {
    await run(
      '--ground-truth',
      at('gt.json'),
      '--detections',
      at('half.json'),
      '--detections',
      at('all.json'),
      '--report',
      at('out.html'),
    )
    const page = await readFile(at('out.html'), 'utf8')
    expect(page).toContain('&lt;b&gt;scratch&lt;/b&gt;')
    expect(page).not.toContain('<b>')
    expect(page).not.toMatch(/\b(src|href)=|url\(|<script|NaN|undefined/)
    expect(page.match(/<polyline/g)).toHaveLength(2 + 2 + 3 + 3)
  })

  test('chooses thresholds on validation and measures them here', async () => {
    // On validation .8 is best: both found. Here the same model finds one of two from .8 on; .7 would find both.
    await writeFile(at('later.json'), JSON.stringify([half[0], { ...box, image_id: 2, score: 0.7 }]))
    const validation = ['--validation-ground-truth', at('gt.json'), '--validation-detections', at('all.json')]
    const args = ['--ground-truth', at('gt.json'), '--detections', at('later.json'), ...validation]
    expect((JSON.parse(await run(...args, '--json')) as { threshold: unknown }).threshold).toEqual({
      confidence: 0.8,
      validation: { confidence: 0.8, precision: 1, recall: 1, f1: 1 },
      test: { confidence: 0.8, precision: 1, recall: 0.5, f1: 2 / 3 },
    })
    expect(await run(...args, '--report', at('thresholds.html'))).toMatch(
      /later\.json +0\.800 +1\.000 +0\.667 +1\.000 +0\.500\n/,
    )
    expect(await readFile(at('thresholds.html'), 'utf8')).toContain('at confidence 0.800 and IoU 0.5')
  })

  test('refuses another number of validation files, and none to judge them by', async () => {
    const args = ['--ground-truth', at('gt.json'), '--detections', at('half.json'), '--detections', at('all.json')]
    await expect(run(...args, '--validation-detections', at('all.json'))).rejects.toMatchObject({
      code: 2,
      message: '--validation-detections: met 1 times, needed 2 times, one for each --detections',
    })
    const two = ['--validation-detections', at('all.json'), '--validation-detections', at('all.json')]
    await expect(run(...args, ...two)).rejects.toMatchObject({
      code: 2,
      message: '--validation-ground-truth: met 0 times, needed once',
    })
  })

  test.each([
    ['bad.json', '/0/score: met "high", needed a finite number'],
    ['cut.json', 'line 1 column 17: met what is not JSON, needed a name'],
    ['none.json', 'met nothing at this path, needed a file'],
  ])('refuses %s with exit code 2, file and place in one line', async (name, place) => {
    const refused = run('--ground-truth', at('gt.json'), '--detections', at(name))
    await expect(refused).rejects.toMatchObject({ code: 2, message: `${at(name)}: ${place}` })
  })

  test('refuses a command line without detections or with an unknown option', async () => {
    await expect(run('--ground-truth', at('gt.json'))).rejects.toMatchObject({
      code: 2,
      message: '--detections: met 0 times, needed at least once',
    })
    await expect(run('--truth', 'gt.json')).rejects.toMatchObject({ code: 2 })
  })
})
