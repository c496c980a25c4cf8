import type { Report } from '@assay/contracts'
import { formatAp, formatPercent, formatSeconds, formatUsd } from '../../format.ts'
import { cocoRows, publishedStudy } from '../../published.ts'
import { reportSplitNotes } from '../../report-split-notes.ts'
import { Section, Table } from '../elements.tsx'
import { type Series, SeriesName } from '../series.tsx'
import { moneyWord } from './verdict.tsx'

/** The study's table: twelve COCO numbers by approach, then money and time. */
export const StudyTable = ({ report, series }: { report: Report; series: ReadonlyMap<string, Series> }) => {
  const { approaches } = report
  const numbers = cocoRows.map((_, row) => approaches.map(({ stats }) => stats?.[row] ?? -1))
  const best = numbers.map((values) => Math.max(...values))
  return (
    <Section id="numbers" title="The twelve COCO numbers">
      <p class="note">
        Small is below 32² px², large above 96² px². ★ marks the highest of a row; n/a means that no test object falls
        in that range, or that the approach has no result.
      </p>
      <Table
        namesOnOneLine
        head={['Metric', ...approaches.map(({ id, title }) => nameOf(series, id, title))]}
        rows={[
          ...cocoRows.map((name, row) => [name, ...(numbers[row] ?? []).map(formatAp)]),
          [moneyWord(report), ...approaches.map(({ trainingCostUsd }) => formatUsd(trainingCostUsd))],
          ['billable time, all trials', ...approaches.map(({ billableSeconds }) => formatSeconds(billableSeconds))],
          ['wall time of training', ...approaches.map(({ wallSeconds }) => formatSeconds(wallSeconds))],
        ]}
        best={(row, column) => {
          const value = numbers[row]?.[column - 1] ?? -1
          return approaches.length > 1 && value >= 0 && value === best[row]
        }}
      />
    </Section>
  )
}

const nameOf = (series: ReadonlyMap<string, Series>, id: string, title: string) => {
  const one = series.get(id)
  return one ? <SeriesName series={one} /> : title
}

/** Figures of others, in a table of their own. */
export const Published = ({ report }: { report: Report }) =>
  report.showPublished ? (
    <Section id="published" title="The study’s own figures">
      <p>
        <b>Published, not measured here.</b> The authors’ figures for NEU-DET, on their own split of the same 1,800
        images.
      </p>
      <Table
        caption="Published, not measured here"
        namesOnOneLine
        head={['Metric', ...publishedStudy.columns]}
        rows={[
          ...cocoRows.map((name, row) => [
            name,
            ...(publishedStudy.stats[row] ?? []).map((value) => (value === null ? 'not published' : value.toFixed(3))),
          ]),
          ['training cost, $ at the EC2 price', ...publishedStudy.costUsd],
          ['billable hours', ...publishedStudy.billableHours],
          ['wall hours', ...publishedStudy.wallHours],
        ]}
      />
      <ul class="note">
        {publishedStudy.notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </Section>
  ) : null

export const SplitTable = ({ report }: { report: Report }) => {
  const { splitTable, dataset } = report
  return (
    <Section id="split" title="Split">
      <p class="note">
        One split for all, stratified by each image’s rarest class, drawn with seed {splitTable.seed}. Test images reach
        no training channel.
      </p>
      {reportSplitNotes(report).map((note) => (
        <p class="note" key={note}>
          {note}
        </p>
      ))}
      <Table
        head={['Part', 'Images', 'Share', ...dataset.categories.map(({ name }) => `${name}, boxes`)]}
        rows={splitTable.parts.map(({ part, images, share, boxes }) => [
          part,
          images.toLocaleString('en-US'),
          formatPercent(share),
          ...dataset.categories.map(({ id }) => (boxes[String(id)] ?? 0).toLocaleString('en-US')),
        ])}
      />
    </Section>
  )
}
