import type { Report } from '@assay/contracts'
import { MapAgainstCost, Pairs } from './sections/comparison.tsx'
import { Failures, Leaderboard } from './sections/leaderboard.tsx'
import { Errors } from './sections/errors.tsx'
import { Costs, Method, RequestedAndActual } from './sections/method.tsx'
import { Pictures } from './sections/pictures.tsx'
import { Curves, PerClass } from './sections/quality.tsx'
import { Published, SplitTable, StudyTable } from './sections/study-table.tsx'
import { Objectives, Training, Tunings } from './sections/training.tsx'
import { LocalBanner, Verdict } from './sections/verdict.tsx'
import { seriesOf } from './series.tsx'

/** Data URIs of the pictures by image id; an image without one is drawn as boxes on black. */
export type PictureUris = ReadonlyMap<number, string>

/** The contents of the page; sections that have nothing to show are not written, so they are not named either. */
const contentsOf = ({ approaches, comparison, pictures }: Report): (readonly [string, string])[] => {
  const isScored = approaches.some(({ stats }) => stats !== null)
  const entries: (readonly [string, string, boolean])[] = [
    ['verdict', 'Verdict', true],
    ['leaderboard', 'Leaderboard', true],
    ['cost', 'Money', approaches.some(({ stats, trainingCostUsd }) => stats !== null && trainingCostUsd !== null)],
    ['pairs', 'Pairs', (comparison?.pairs.length ?? 0) > 0],
    ['numbers', 'Numbers', true],
    ['classes', 'Classes', isScored],
    ['curves', 'Curves', isScored],
    ['errors', 'Errors', approaches.some(({ diagnosis }) => diagnosis !== null)],
    ['pictures', 'Pictures', pictures.length > 0],
    ['training', 'Training', approaches.some(({ curves }) => curves.some(({ points }) => points.length > 0))],
    ['split', 'Split', true],
    ['ran', 'What ran', true],
    ['bill', 'Bill', true],
    ['method', 'Method', true],
  ]
  return entries.flatMap(([id, title, isShown]) => (isShown ? [[id, title] as const] : []))
}

export const Page = ({ report, pictures }: { report: Report; pictures: PictureUris }) => {
  const series = seriesOf(report.approaches)
  return (
    <>
      <header class="top">
        <button type="button" class="theme" data-theme-switch hidden>
          Light / dark
        </button>
        <h1>{report.name}</h1>
        <ul class="facts">
          <li>
            {report.environment === 'local' ? 'local run, stand-ins' : 'AWS'}, {report.approaches.length} approaches
          </li>
          <li>{report.dataset.name}</li>
          <li>
            {report.split.train} / {report.split.validation} / {report.split.test} images
          </li>
          <li class="mono">{report.experimentId}</li>
        </ul>
        <LocalBanner report={report} />
      </header>
      <nav class="toc" aria-label="Contents">
        <ul>
          {contentsOf(report).map(([id, title]) => (
            <li key={id}>
              <a href={`#${id}`}>{title}</a>
            </li>
          ))}
        </ul>
      </nav>
      <main>
        <Verdict report={report} />
        <Failures report={report} />
        <Leaderboard report={report} series={series} />
        <MapAgainstCost report={report} series={series} />
        <Pairs report={report} />
        <StudyTable report={report} series={series} />
        <Published report={report} />
        <PerClass report={report} series={series} />
        <Curves report={report} series={series} />
        <Errors report={report} series={series} />
        <Pictures report={report} series={series} pictures={pictures} />
        <Objectives report={report} series={series} />
        <Training report={report} series={series} />
        <Tunings report={report} series={series} />
        <SplitTable report={report} />
        <RequestedAndActual report={report} />
        <Costs report={report} />
        <Method report={report} />
      </main>
      <footer>
        <p>Made by Assay from the numbers in report.json; this file asks nothing of any network.</p>
      </footer>
    </>
  )
}
