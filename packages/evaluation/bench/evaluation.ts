// Times evaluation at 50,000, 500,000 and 2,000,000 detections, each size in a process of its own so that its peak memory is its own:
//   npm run bench:evaluation                       cases made here from a seed
//   npm run bench:evaluation -- gt.json dt.json    files of yours
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { evaluate, parseDetectionsText, parseGroundTruthText } from '@assay/evaluation'
import { cocoSized, writeLargeCase } from './large-case.ts'

interface Figures {
  images: number
  detections: number
  parseSeconds: number
  evaluateSeconds: number
  cpuSeconds: number
  peakMiB: number
  ap: number
}

const seconds = <Result>(work: () => Result): [Result, number] => {
  const started = performance.now()
  const result = work()
  return [result, (performance.now() - started) / 1000]
}

const measure = (groundTruthPath: string, detectionsPath: string): Figures => {
  const [found, parseSeconds] = seconds(() => {
    const groundTruth = parseGroundTruthText(readFileSync(groundTruthPath))
    return { groundTruth, detections: parseDetectionsText(readFileSync(detectionsPath), groundTruth) }
  })
  const before = process.cpuUsage()
  const [evaluation, evaluateSeconds] = seconds(() => evaluate(found.groundTruth, found.detections))
  const { user, system } = process.cpuUsage(before)
  return {
    images: found.groundTruth.imageIds.length,
    detections: found.detections.count,
    parseSeconds,
    evaluateSeconds,
    cpuSeconds: (user + system) / 1e6,
    peakMiB: process.resourceUsage().maxRSS / 1024,
    ap: evaluation.stats[0],
  }
}

/** Plain `JSON.parse` of the same files: no reader of JSON in JavaScript can take less. */
const parseFloor = (groundTruthPath: string, detectionsPath: string): number => {
  const texts = [groundTruthPath, detectionsPath].map((path) => readFileSync(path))
  return seconds(() => texts.map((text) => JSON.parse(text.toString('utf8')) as unknown))[1]
}

const inOwnProcess = (kind: 'floor' | 'measure', paths: readonly string[]): string =>
  execFileSync(process.execPath, [fileURLToPath(import.meta.url), kind, ...paths], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })

const report = (title: string, paths: readonly string[]): void => {
  const figures = JSON.parse(inOwnProcess('measure', paths)) as Figures
  const floor = Number(inOwnProcess('floor', paths))
  const ns = (1e9 * figures.cpuSeconds) / figures.detections
  console.log(
    [
      title.padEnd(10),
      `${figures.detections} detections in ${figures.images} images`.padEnd(38),
      `evaluate ${figures.evaluateSeconds.toFixed(2)} s (CPU ${figures.cpuSeconds.toFixed(2)} s, ${ns.toFixed(0)} ns a detection)`,
      `parse ${figures.parseSeconds.toFixed(2)} s (JSON.parse alone ${floor.toFixed(2)} s)`,
      `peak ${figures.peakMiB.toFixed(0)} MiB`,
      `AP ${figures.ap.toFixed(4)}`,
    ].join('  '),
  )
}

const [kind, ...paths] = process.argv.slice(2)
if (kind === 'measure') console.log(JSON.stringify(measure(paths[0], paths[1])))
else if (kind === 'floor') console.log(parseFloor(paths[0], paths[1]))
else if (kind !== undefined) report('given', [resolve(kind), resolve(paths[0])])
else {
  const folder = mkdtempSync(join(fileURLToPath(new URL('.', import.meta.url)), 'bench-'))
  try {
    for (const [title, images] of [
      ['50 k', 500],
      ['500 k', 5000],
      ['2 M', 20_000],
    ] as const) {
      const files = ['gt.json', 'dt.json'].map((name) => join(folder, name))
      writeLargeCase({ ...cocoSized, images }, files[0], files[1])
      report(title, files)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
