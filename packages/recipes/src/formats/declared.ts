import type { Category, ResponseFormat } from '@assay/contracts'
import type { InferenceFormat, SentImage } from '../recipe.ts'
import { InvalidAnswer, parseAnswer, toDetections } from './answer.ts'

const follow = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, word) => {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, word)) return undefined
    return (inner as Record<string, unknown>)[word]
  }, value)

const shown = (value: unknown) => (JSON.stringify(value) ?? 'nothing').slice(0, 80)

const listAt = (value: unknown, path: string | undefined): unknown[] => {
  const found = path === undefined ? value : follow(value, path)
  if (!Array.isArray(found)) throw new InvalidAnswer(`${path ?? 'the answer'} is ${shown(found)}, a list needed`)
  return found
}

const numberOf = (value: unknown, what: string): number => {
  if (typeof value !== 'number') throw new InvalidAnswer(`${what} is ${shown(value)}, a number needed`)
  return value
}

const fourOf = (value: unknown): number[] => {
  if (!Array.isArray(value) || value.length !== 4)
    throw new InvalidAnswer(`a box is ${shown(value)}, four numbers needed`)
  return value.map((one) => numberOf(one, 'a box corner'))
}

interface Found {
  box: number[]
  score: number
  label: unknown
}

const rows = (root: unknown, { at, box, score, label }: ResponseFormat): Found[] =>
  listAt(root, at).map((row) => ({
    box: fourOf(typeof box === 'string' ? follow(row, box) : box.map((path) => follow(row, path))),
    score: numberOf(follow(row, score), score),
    label: follow(row, label),
  }))

const columns = (root: unknown, format: ResponseFormat): Found[] => {
  const { at, score, label } = format
  const inner = at === undefined ? root : follow(root, at)
  const boxes = listAt(inner, String(format.box))
  const [scores, labels] = [listAt(inner, score), listAt(inner, label)]
  if (scores.length !== boxes.length || labels.length !== boxes.length)
    throw new InvalidAnswer(
      `${boxes.length} ${String(format.box)}, ${labels.length} ${label} and ${scores.length} ${score}; as many of each needed`,
    )
  const names = format.lookUpIn === undefined ? undefined : listAt(inner, format.lookUpIn)
  return boxes.map((box, index) => ({
    box: fourOf(box),
    score: numberOf(scores[index], score),
    label: names ? names[numberOf(labels[index], label)] : labels[index],
  }))
}

const corners = ({ boxes, units }: ResponseFormat, box: readonly number[], sent: SentImage): number[] => {
  const [a = 0, b = 0, c = 0, d = 0] = box
  const inUnits = {
    xyxy: [a, b, c, d],
    yxyx: [b, a, d, c],
    xywh: [a, b, a + c, b + d],
    cxcywh: [a - c / 2, b - d / 2, a + c / 2, b + d / 2],
  }[boxes]
  const scale = units === 'share' ? [sent.widthPx, sent.heightPx] : [1, 1]
  return inUnits.map((value, index) => value * (scale[index % 2] ?? 1))
}

/** Undefined for a class that the data set does not have. */
const categoryOf = (
  { labels, firstClass }: ResponseFormat,
  label: unknown,
  classes: readonly Category[],
): number | undefined => {
  if (labels === 'class-name') return classes.find(({ name }) => name === label)?.id
  if (labels === 'category-id') return classes.find(({ id }) => id === Number(label))?.id
  return classes[Number(label) - firstClass]?.id
}

/** Detections from a declared answer. Sizes as shares need no image; px are those of the image that was sent. */
export const decodeDeclared =
  (format: ResponseFormat): InferenceFormat['decode'] =>
  (answer, { original, sent, classes }) => {
    const root = parseAnswer(answer)
    const found = format.shape === 'rows' ? rows(root, format) : columns(root, format)
    const [scaleX, scaleY] = [original.widthPx / sent.widthPx, original.heightPx / sent.heightPx]
    return toDetections(
      found.map(({ box, score, label }) => ({
        categoryId: categoryOf(format, label, classes),
        score,
        corners: corners(format, box, sent).map((value, index) => value * (index % 2 === 0 ? scaleX : scaleY)),
      })),
      original,
    )
  }

/** Image bytes in, the declared answer out. */
export const declaredFormat = (format: ResponseFormat): InferenceFormat => ({
  contentType: format.contentType,
  accept: format.accept,
  sendsImage: true,
  encode: async (image, size) => ({ body: image, sent: size }),
  decode: decodeDeclared(format),
})
