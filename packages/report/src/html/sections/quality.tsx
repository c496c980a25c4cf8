import { iouThresholds } from '@assay/evaluation'
import type { ApproachReport, Diagnosis, Report } from '@assay/contracts'
import { formatAp } from '../../format.ts'
import { DotRows } from '../charts/dot-rows.tsx'
import { Lines } from '../charts/lines.tsx'
import { thresholdNote } from '../../threshold-note.ts'
import { Figure, Section, Table } from '../elements.tsx'
import { Legend, type Series } from '../series.tsx'

export interface SectionOf {
  report: Report
  series: ReadonlyMap<string, Series>
}

interface Scored {
  approach: ApproachReport
  one: Series
}

/** The approaches that have numbers, each with how charts draw it. */
export const scoredOf = ({ report, series }: SectionOf): Scored[] =>
  report.approaches.flatMap((approach) => {
    const one = series.get(approach.id)
    return approach.stats !== null && one ? [{ approach, one }] : []
  })

/** Above this many classes only the ten best and the ten worst are drawn; the table has them all. */
const mostClasses = 30

export const PerClass = (props: SectionOf) => {
  const scored = scoredOf(props)
  if (scored.length === 0) return null
  const { categories } = props.report.dataset
  const tested = props.report.splitTable.parts.find(({ part }) => part === 'test')?.boxes ?? {}
  const rows = categories.map(({ id, name }) => ({
    label: name,
    note: `${tested[String(id)] ?? 0} test boxes`,
    values: scored.map(({ approach }) => {
      const value = approach.perCategoryAP?.[String(id)] ?? -1
      return value < 0 ? null : value
    }),
  }))
  const meanOf = (values: readonly (number | null)[]) => values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
  const sorted = [...rows].sort((a, b) => meanOf(b.values) - meanOf(a.values))
  const drawn = rows.length > mostClasses ? [...sorted.slice(0, 10), ...sorted.slice(-10)] : sorted
  const names = scored.map(({ one }) => one)
  return (
    <Section id="classes" title="Classes">
      <Figure
        title="AP of each class"
        caption={
          rows.length > mostClasses
            ? `AP over IoU .50 to .95, the ten classes that are found best and the ten that are found worst of ${rows.length}.`
            : 'AP over IoU .50 to .95; classes that are found best come first.'
        }
        table={{
          head: ['Class', 'Test boxes', ...names.map(({ title }) => title)],
          rows: sorted.map(({ label, note, values }) => [label, note.split(' ')[0], ...values.map(formatAp)]),
        }}
      >
        <Legend series={names} />
        <DotRows rows={drawn} series={names} axisTitle="AP over IoU .50 to .95" />
      </Figure>
    </Section>
  )
}

/** Every tenth recall, for tables of people. */
const tenths = Array.from({ length: 11 }, (_, index) => index * 10)

const PrecisionRecall = ({ scored }: { scored: readonly Scored[] }) => {
  const curves = scored.flatMap(({ approach, one }) =>
    approach.diagnosis ? [{ series: one, precision: approach.diagnosis.precisionAtRecall }] : [],
  )
  if (curves.length === 0) return null
  return (
    <Figure
      title="Precision against recall at IoU .50"
      caption="Interpolated as COCO does it, mean over the classes. The area under a line is AP50."
      table={{
        head: ['Recall', ...curves.map(({ series }) => series.title)],
        rows: tenths.map((at) => [(at / 100).toFixed(1), ...curves.map(({ precision }) => formatAp(precision[at]))]),
      }}
    >
      <Lines
        label="Precision against recall"
        xTitle="recall"
        yTitle="precision"
        xRange={[0, 1]}
        yRange={[0, 1]}
        format={(tick) => tick.toFixed(1)}
        lines={curves.map(({ series, precision }) => ({
          series,
          points: precision.map((value, index) => [index / 100, value] as const),
        }))}
      />
    </Figure>
  )
}

const AgainstIou = ({ scored }: { scored: readonly Scored[] }) => (
  <Figure
    title="mAP against the overlap that counts as found"
    caption="A line that falls early belongs to a model that finds objects but places its boxes loosely. The mean of a line is mAP."
    table={{
      head: ['IoU', ...scored.map(({ one }) => one.title)],
      rows: iouThresholds.map((iou, index) => [
        iou.toFixed(2),
        ...scored.map(({ approach }) => formatAp(approach.perIouMap?.[index])),
      ]),
    }}
  >
    <Lines
      label="mAP against IoU"
      xTitle="IoU threshold"
      yTitle="mAP"
      xRange={[0.5, 0.95]}
      lines={scored.map(({ approach, one }) => ({
        series: one,
        points: (approach.perIouMap ?? []).map(
          (value, index) => [iouThresholds[index] ?? 0, Math.max(0, value)] as const,
        ),
      }))}
    />
  </Figure>
)

const confidenceCurves = (scored: readonly Scored[]) =>
  scored.flatMap(({ approach, one }) => {
    const { diagnosis } = approach
    return diagnosis && diagnosis.atConfidence.length > 0
      ? [{ series: one, points: diagnosis.atConfidence, diagnosis }]
      : []
  })

const F1AgainstConfidence = ({ scored }: { scored: readonly Scored[] }) => {
  const curves = confidenceCurves(scored)
  if (curves.length === 0) return null
  return (
    <Figure
      title="F1 against confidence at IoU .50"
      caption="Measured on the test images. A line’s top balances false against missed boxes; which confidence to deploy with is chosen on validation, in the table above."
      table={{
        head: ['Approach', 'highest F1 on test', 'at confidence', 'calibration error'],
        rows: curves.map(({ series, points, diagnosis: { calibrationError } }) => {
          const top = points.reduce((a, b) => (b.f1 > a.f1 ? b : a))
          return [
            series.title,
            top.f1.toFixed(3),
            top.confidence.toFixed(2),
            calibrationError === null ? 'n/a' : calibrationError.toFixed(3),
          ]
        }),
      }}
    >
      <Lines
        label="F1 against confidence"
        xTitle="confidence"
        yTitle="F1"
        xRange={[0, 1]}
        yRange={[0, 1]}
        format={(tick) => tick.toFixed(1)}
        lines={curves.map(({ series, points }) => ({
          series,
          points: points.map(({ confidence, f1 }) => [confidence, f1] as const),
        }))}
      />
    </Figure>
  )
}

/** What each model answers from its threshold on. */
const Thresholds = ({ scored }: { scored: readonly Scored[] }) => {
  const diagnosed = scored.flatMap(({ approach, one }) =>
    approach.diagnosis ? [{ series: one, threshold: approach.diagnosis.threshold }] : [],
  )
  if (diagnosed.length === 0) return null
  return (
    <>
      <h3>Thresholds</h3>
      <p class="note">{thresholdNote}</p>
      <Table
        head={[
          'Approach',
          'Threshold',
          'F1 on validation',
          'F1 on test',
          'Precision on test',
          'Recall on test',
          'Remark',
        ]}
        text={[6]}
        rows={diagnosed.map(({ series, threshold }) =>
          threshold.chosenOn === 'validation'
            ? [
                series.title,
                threshold.confidence.toFixed(3),
                threshold.validation.f1.toFixed(3),
                threshold.test.f1.toFixed(3),
                threshold.test.precision.toFixed(3),
                threshold.test.recall.toFixed(3),
                '',
              ]
            : [series.title, '–', '–', '–', '–', '–', `none: ${threshold.reason}`],
        )}
      />
    </>
  )
}

const PrecisionAgainstConfidence = ({ scored }: { scored: readonly Scored[] }) => {
  const curves = confidenceCurves(scored)
  if (curves.length === 0) return null
  const above = (points: Diagnosis['atConfidence'], least: number) =>
    points.find(({ confidence }) => confidence >= least)?.precision
  return (
    <Figure
      title="Precision against confidence at IoU .50"
      caption="How often a box of at least this confidence is right."
      table={{
        head: ['Least confidence', ...curves.map(({ series }) => series.title)],
        rows: tenths
          .slice(0, 10)
          .map((least) => [
            (least / 100).toFixed(1),
            ...curves.map(({ points }) => formatAp(above(points, least / 100))),
          ]),
      }}
    >
      <Lines
        label="Precision against confidence"
        xTitle="confidence"
        yTitle="precision"
        xRange={[0, 1]}
        yRange={[0, 1]}
        format={(tick) => tick.toFixed(1)}
        lines={curves.map(({ series, points }) => ({
          series,
          points: points.map(({ confidence, precision }) => [confidence, precision] as const),
        }))}
      />
    </Figure>
  )
}

export const Curves = (props: SectionOf) => {
  const scored = scoredOf(props)
  if (scored.length === 0) return null
  return (
    <Section id="curves" title="Curves">
      <Thresholds scored={scored} />
      <Legend series={scored.map(({ one }) => one)} lines />
      <div class="pair">
        <PrecisionRecall scored={scored} />
        <AgainstIou scored={scored} />
        <F1AgainstConfidence scored={scored} />
        <PrecisionAgainstConfidence scored={scored} />
      </div>
    </Section>
  )
}
