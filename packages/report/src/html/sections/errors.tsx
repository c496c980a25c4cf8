import type { Diagnosis } from '@assay/contracts'
import { StackedBars } from '../charts/stacked-bars.tsx'
import { Figure, Section } from '../elements.tsx'
import { type Series, SeriesName } from '../series.tsx'
import { scoredOf, type SectionOf } from './quality.tsx'

const kinds = [
  ['classification', 'cls', 'right place, wrong class'],
  ['localisation', 'loc', 'right class, box too far off'],
  ['both', 'both', 'wrong class and box too far off'],
  ['duplicate', 'dup', 'a second box on an object that was found already'],
  ['background', 'bkg', 'a box where nothing is'],
  ['missed', 'miss', 'an object that no box is near'],
] as const

type Diagnosed = { one: Series; diagnosis: Diagnosis }

const ErrorBars = ({ diagnosed }: { diagnosed: readonly Diagnosed[] }) => (
  <Figure
    title="Where AP50 is lost"
    caption={
      <>
        Each part is the AP50 that would be won if that one kind of error were repaired (TIDE, found at IoU .5,
        background below .1). The kinds overlap, so the parts do not add up to what is missing.
      </>
    }
    table={{
      head: ['Approach', ...kinds.map(([name]) => name), 'all false boxes', 'all missed objects'],
      rows: diagnosed.map(({ one, diagnosis: { errors } }) => [
        one.title,
        ...kinds.map(([name]) => errors[name].toFixed(3)),
        errors.falsePositive.toFixed(3),
        errors.falseNegative.toFixed(3),
      ]),
    }}
  >
    <ul class="legend">
      {kinds.map(([name, , meaning], index) => (
        <li key={name}>
          <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
            <rect class={`e${index}`} width="14" height="14" rx="2" />
          </svg>
          <span>
            <b>{name}</b> <span class="muted">{meaning}</span>
          </span>
        </li>
      ))}
    </ul>
    <StackedBars
      names={kinds.map(([name]) => name)}
      marks={kinds.map(([, mark]) => mark)}
      axisTitle="AP50 lost to each kind of error"
      rows={diagnosed.map(({ one, diagnosis: { errors } }) => ({
        series: one,
        values: kinds.map(([name]) => Math.max(0, errors[name])),
      }))}
    />
  </Figure>
)

/** Names of classes as short as they stay different. */
const shortNames = (names: readonly string[]): string[] => {
  for (let length = 3; length < 14; length++) {
    const short = names.map((name) => name.slice(0, length))
    if (new Set(short).size === names.length) return short
  }
  return names.map((name) => name.slice(0, 14))
}

/** The share of a row as one of eleven shades. */
const shade = (value: number, total: number) => `h${total === 0 ? 0 : Math.round((value / total) * 10)}`

const mostClassesInMatrix = 20

const Confusion = ({ one, diagnosis, names }: Diagnosed & { names: ReadonlyMap<number, string> }) => {
  const { categoryIds, matrix } = diagnosis.confusion
  const full = categoryIds.map((id) => names.get(id) ?? String(id))
  const short = [...shortNames(full), '∅']
  const long = [...full, 'background']
  return (
    <div>
      <h4>
        <SeriesName series={one} />{' '}
        <span class="note">
          confidence ≥ {diagnosis.confusion.confidence.toFixed(2)}, chosen on{' '}
          {diagnosis.threshold.chosenOn === 'validation' ? 'validation' : 'test: a view, not a result'}
        </span>
      </h4>
      <div class="scroll" tabIndex={0} role="region" aria-label={`Confusion matrix of ${one.title}`}>
        <table class="confusion">
          <thead>
            <tr>
              <th scope="col">truth ↓</th>
              {short.map((name, index) => (
                <th key={index} scope="col">
                  <abbr title={long[index]}>{name}</abbr>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {matrix.map((counts, row) => {
              const total = counts.reduce((sum, count) => sum + count, 0)
              return (
                <tr key={row}>
                  <th scope="row">{long[row]}</th>
                  {counts.map((count, column) => (
                    <td key={column} class={`${shade(count, total)}${row === column ? ' diagonal' : ''}`}>
                      {row === matrix.length - 1 && column === matrix.length - 1 ? '' : count}
                    </td>
                  ))}
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    </div>
  )
}

export const Errors = (props: SectionOf) => {
  const diagnosed = scoredOf(props).flatMap(({ approach, one }) =>
    approach.diagnosis ? [{ one, diagnosis: approach.diagnosis }] : [],
  )
  const [first] = diagnosed
  if (!first) return null
  const names = new Map(props.report.dataset.categories.map(({ id, name }) => [id, name]))
  const { iou, categoryIds } = first.diagnosis.confusion
  return (
    <Section id="errors" title="What goes wrong">
      <ErrorBars diagnosed={diagnosed} />
      {categoryIds.length <= mostClassesInMatrix ? (
        <>
          <h3>Confusion matrices</h3>
          <p class="note">
            Boxes from each model’s threshold on (see Curves). Where it has none, from the confidence with its best F1
            on these very test images: a view of the errors, not a result. Matched at IoU {iou} whatever their class.
            Rows are what was there, columns what was answered; ∅ is background: the last column counts objects that
            were missed, the last row boxes where nothing is. Shades show the share of the row.
          </p>
          <div class="matrices">
            {diagnosed.map((props) => (
              <Confusion key={props.one.id} {...props} names={names} />
            ))}
          </div>
        </>
      ) : (
        <p class="note">
          The confusion matrices of {categoryIds.length} classes are too large for a page; they stand in report.json.
        </p>
      )}
    </Section>
  )
}
