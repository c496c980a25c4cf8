import type { Box, Report, ReportPicture } from '@assay/contracts'
import { Section } from '../elements.tsx'
import type { PictureUris } from '../page.tsx'
import { type Series, SeriesName } from '../series.tsx'
import type { SectionOf } from './quality.tsx'

/**
 * A model's boxes at or above this confidence are drawn until the slider says otherwise: those that its confusion matrix counts. One common
 * confidence would show some algorithms' every guess and nothing of others.
 */
const drawnFromOf = ({ approaches }: Report, approachId: string): number =>
  approaches.find(({ id }) => id === approachId)?.diagnosis?.confusion.confidence ?? 0.3

type Outcome = ReportPicture['models'][number]['boxes'][number]['outcome']
const kindOf = { true: 'tp', false: 'fp', ignored: 'ig' } as const satisfies Record<Outcome, Kind>
const markOf = { true: '✓', false: '✗', ignored: '·' } as const satisfies Record<Outcome, string>

type Kind = 'truth' | 'tp' | 'fp' | 'fn' | 'ig'

interface TaggedBoxProps {
  kind: Kind
  box: Box
  text: string
  picture: ReportPicture
  off?: boolean
  score?: number
  /** Of a missed object: the score of the box that finds it when the slider is low enough; -1: none does. */
  found?: number
}

/** A box with its words above it, or inside where there is no room above. */
const TaggedBox = ({ kind, box: [x, y, width, height], text, picture, off = false, score, found }: TaggedBoxProps) => {
  const size = Math.max(picture.widthPx, picture.heightPx) / 25
  // Letters are a little over half as wide as high; words that would leave the picture move left.
  const textWidth = text.length * size * 0.63
  const inside = y < size * 1.1
  return (
    <g class={`${kind}${off ? ' off' : ''}`} data-score={score} data-found={found} font-size={size.toFixed(1)}>
      <rect class="box" x={x.toFixed(1)} y={y.toFixed(1)} width={width.toFixed(1)} height={height.toFixed(1)} />
      <text
        x={Math.max(size * 0.15, Math.min(x + size * 0.15, picture.widthPx - textWidth)).toFixed(1)}
        y={(inside ? y + size : y - size * 0.25).toFixed(1)}
        stroke-width={(size * 0.22).toFixed(1)}
      >
        {text}
      </text>
    </g>
  )
}

const Panel = ({
  picture,
  hasImage,
  label,
  children,
}: {
  picture: ReportPicture
  hasImage: boolean
  label: string
  children: preact.ComponentChildren
}) => (
  <svg viewBox={`0 0 ${picture.widthPx} ${picture.heightPx}`} role="img" aria-label={label}>
    {hasImage && <use href={`#image-${picture.imageId}`} />}
    {children}
  </svg>
)

type Names = ReadonlyMap<number, string>
const nameIn = (names: Names, id: number) => names.get(id) ?? String(id)

const ModelPanel = ({
  drawnFrom,
  picture,
  model,
  names,
  series,
  hasImage,
}: {
  drawnFrom: number
  picture: ReportPicture
  model: ReportPicture['models'][number]
  names: Names
  series: Series | undefined
  hasImage: boolean
}) => {
  const drawn = model.boxes.filter(({ score, outcome }) => score >= drawnFrom && outcome !== 'ignored')
  const right = drawn.filter(({ outcome }) => outcome === 'true').length
  const objects = picture.truth.filter(({ crowd }) => !crowd).length
  const title = series?.title ?? model.approachId
  const counts = `${right} true, ${drawn.length - right} false, ${objects - right} missed`
  return (
    <div class="picture" data-from={drawnFrom}>
      <h4>
        {series ? <SeriesName series={series} /> : title} <span class="note">from {drawnFrom.toFixed(2)}</span>
      </h4>
      <Panel picture={picture} hasImage={hasImage} label={`${picture.file}: boxes of ${title}`}>
        {picture.truth.map(({ categoryId, box, crowd }, index) => {
          const found = model.foundAt[index] ?? -1
          return crowd ? null : (
            <TaggedBox
              key={`t${index}`}
              kind="fn"
              box={box}
              picture={picture}
              found={found}
              off={found >= drawnFrom}
              text={`missed ${nameIn(names, categoryId)}`}
            />
          )
        })}
        {[...model.boxes].reverse().map(({ categoryId, box, score, outcome }, index) => {
          return (
            <TaggedBox
              key={index}
              kind={kindOf[outcome]}
              box={box}
              picture={picture}
              score={score}
              off={score < drawnFrom}
              text={`${markOf[outcome]} ${nameIn(names, categoryId)} ${score.toFixed(2)}`}
            />
          )
        })}
      </Panel>
      <p data-counts>{counts}</p>
      {model.leftOut > 0 && <p>{model.leftOut} fainter boxes are not in this file.</p>}
    </div>
  )
}

const Comparison = ({
  picture,
  report,
  series,
  hasImage,
  names,
}: {
  picture: ReportPicture
  report: Report
  series: ReadonlyMap<string, Series>
  hasImage: boolean
  names: Names
}) => (
  <>
    <h3>
      {nameIn(names, picture.categoryId)} <span class="muted mono">{picture.file}</span>
    </h3>
    <div class="pictures">
      <div class="picture">
        <h4>Ground truth</h4>
        <Panel picture={picture} hasImage={hasImage} label={`${picture.file}: ground truth`}>
          {picture.truth.map(({ categoryId, box, crowd }, index) => (
            <TaggedBox
              key={index}
              kind="truth"
              box={box}
              picture={picture}
              text={`${nameIn(names, categoryId)}${crowd ? ' (crowd)' : ''}`}
            />
          ))}
        </Panel>
        <p>{picture.truth.length === 1 ? '1 object' : `${picture.truth.length} objects`}</p>
      </div>
      {report.approaches.flatMap(({ id }) => {
        const model = picture.models.find(({ approachId }) => approachId === id)
        return model
          ? [
              <ModelPanel
                drawnFrom={drawnFromOf(report, id)}
                key={id}
                picture={picture}
                model={model}
                names={names}
                series={series.get(id)}
                hasImage={hasImage}
              />,
            ]
          : []
      })}
    </div>
  </>
)

export const Pictures = ({ report, series, pictures }: SectionOf & { pictures: PictureUris }) => {
  if (report.pictures.length === 0) return null
  const names: Names = new Map(report.dataset.categories.map(({ id, name }) => [id, name]))
  const unique = new Map(report.pictures.map((picture) => [picture.imageId, picture]))
  return (
    <Section id="pictures" title="Pictures">
      <p class="note">
        One test image of each class, drawn by lot from the seed. Solid and ✓: true (right class, IoU at least .5);
        dashed and ✗: false; dotted: missed. Of each model the boxes are drawn from its threshold on, chosen on
        validation; where it has none, from the confidence with its best F1 on test. Confidences of different algorithms
        are on scales of their own. With script, the slider sets one confidence for all.
      </p>
      <svg class="store" width="0" height="0" aria-hidden="true">
        <defs>
          {[...unique.values()].map(({ imageId, widthPx, heightPx }) => {
            const uri = pictures.get(imageId)
            return uri ? (
              <image
                key={imageId}
                id={`image-${imageId}`}
                href={uri}
                width={widthPx}
                height={heightPx}
                preserveAspectRatio="none"
              />
            ) : null
          })}
        </defs>
      </svg>
      <div class="controls" data-confidence hidden>
        <label for="confidence">Least confidence</label>
        <input id="confidence" type="range" min="0" max="100" step="1" value="30" />
        <output for="confidence">each model’s own</output>
        <button type="button">Each model’s own</button>
      </div>
      {report.pictures.map((picture) => (
        <Comparison
          key={`${picture.categoryId}`}
          picture={picture}
          report={report}
          series={series}
          hasImage={pictures.has(picture.imageId)}
          names={names}
        />
      ))}
    </Section>
  )
}
