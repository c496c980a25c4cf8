import type { LabelledBox } from '../boxes.ts'
import { PICTURE_PX, type Sample } from '../pictures.ts'
import { createRandom, normal, type Random } from '../random.ts'
import { createNoise } from './noise.ts'

/** Says how much of a mark is at a point of its own frame, which reaches from −1 to 1 both ways: above 0 is inside. */
type Shape = (x: number, y: number) => number

/** Geometric figures and textured regions: nothing of what any data set of this project shows. */
export const GENERIC_CLASSES = [
  'disc',
  'rectangle',
  'triangle',
  'ring',
  'cross',
  'wave',
  'dots',
  'stripes',
  'checks',
  'cloth',
] as const
type GenericClass = (typeof GENERIC_CLASSES)[number]

const SIZE = PICTURE_PX

const shapeOf = (name: GenericClass, random: Random): Shape => {
  const thickness = 0.15 + 0.3 * random()
  const turns = 1 + 3 * random()
  const dots = Array.from(
    { length: 3 + Math.floor(7 * random()) },
    () => [1.7 * random() - 0.85, 1.7 * random() - 0.85] as const,
  )
  const disc: Shape = (x, y) => 1 - Math.hypot(x, y)
  const rectangle: Shape = (x, y) => 1 - Math.max(Math.abs(x), Math.abs(y))
  const shapes: Record<GenericClass, Shape> = {
    disc,
    rectangle,
    triangle: (x, y) => Math.min(1 - y, (1 + y) / 2 - Math.abs(x)),
    ring: (x, y) => thickness - Math.abs(Math.hypot(x, y) - 1 + thickness),
    cross: (x, y) => Math.min(1 - Math.max(Math.abs(x), Math.abs(y)), thickness - Math.min(Math.abs(x), Math.abs(y))),
    wave: (x, y) => Math.min(1 - Math.abs(x), thickness - Math.abs(y - 0.7 * Math.sin(turns * Math.PI * x))),
    dots: (x, y) => Math.max(...dots.map(([u, v]) => thickness / 2 - Math.hypot(x - u, y - v))),
    stripes: random() < 0.5 ? disc : rectangle,
    checks: random() < 0.5 ? disc : rectangle,
    cloth: random() < 0.5 ? disc : rectangle,
  }
  return shapes[name]
}

/** Brightness of a mark over its own frame, about −1 to 1. */
const fillOf = (name: GenericClass, sizePx: number, random: Random): Shape => {
  const periodPx = 4 + 8 * random()
  const frequency = (Math.PI * sizePx) / periodPx
  const cell = createNoise(random, 2 + 5 * random(), 0.3 + 2 * random())
  if (name === 'stripes') return (x) => Math.sign(Math.sin(frequency * x))
  if (name === 'checks') return (x, y) => Math.sign(Math.sin(frequency * x) * Math.sin(frequency * y))
  if (name === 'cloth') return (x, y) => 1.6 * cell(x * sizePx, y * sizePx)
  const slope = random() < 0.5 ? 0 : random() - 0.5
  const grain = random() < 0.6 ? 0 : 0.6
  return (x, y) => 1 + slope * x + grain * cell(x * sizePx, y * sizePx)
}

const background = (random: Random): Float32Array => {
  const grey = new Float32Array(SIZE ** 2)
  const layers = Array.from({ length: 1 + Math.floor(3 * random()) }, () => ({
    noise: createNoise(random, 3 * 2 ** (4 * random()), 2 ** (4 * random() - 2)),
    strength: 22 * random() ** 2,
  }))
  const level = 60 + 130 * random()
  const [across, down] = [60 * (random() - 0.5), 60 * (random() - 0.5)]
  for (let y = 0; y < SIZE; y++)
    for (let x = 0; x < SIZE; x++) {
      let value = level + (across * x) / SIZE + (down * y) / SIZE
      for (const { noise, strength } of layers) value += strength * noise(x, y)
      grey[y * SIZE + x] = value
    }
  return grey
}

/** Paints one mark and answers its box, or nothing where too little of it can be seen. */
const paint = (grey: Float32Array, name: GenericClass, classIndex: number, random: Random): LabelledBox | undefined => {
  const halfPx = 6 * 2 ** (3.2 * random())
  const aspect = 2 ** (2.4 * (random() - 0.5))
  const [halfWidth, halfHeight] = [halfPx * Math.sqrt(aspect), halfPx / Math.sqrt(aspect)]
  const angle = random() < 0.4 ? 0 : 2 * Math.PI * random()
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const [cx, cy] = [SIZE * (0.05 + 0.9 * random()), SIZE * (0.05 + 0.9 * random())]
  const shape = shapeOf(name, random)
  const fill = fillOf(name, halfPx, random)
  const strength = (random() < 0.5 ? -1 : 1) * (14 + 60 * random() ** 1.5)
  const softness = 0.05 + 0.2 * random() ** 2
  const reach = Math.hypot(halfWidth, halfHeight)
  let [left, top, right, bottom] = [SIZE, SIZE, 0, 0]
  for (let y = Math.max(0, Math.floor(cy - reach)); y < Math.min(SIZE, cy + reach); y++)
    for (let x = Math.max(0, Math.floor(cx - reach)); x < Math.min(SIZE, cx + reach); x++) {
      const u = ((x - cx) * cos + (y - cy) * sin) / halfWidth
      const v = ((y - cy) * cos - (x - cx) * sin) / halfHeight
      const inside = shape(u, v)
      if (inside <= 0) continue
      const alpha = Math.min(1, inside / softness)
      grey[y * SIZE + x] = (grey[y * SIZE + x] ?? 0) + alpha * strength * fill(u, v)
      if (alpha < 0.4) continue
      left = Math.min(left, x)
      right = Math.max(right, x + 1)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y + 1)
    }
  if (right - left < 4 || bottom - top < 4) return undefined
  return { classIndex, box: [left / SIZE, top / SIZE, right / SIZE, bottom / SIZE] }
}

const finish = (grey: Float32Array, random: Random): Uint8Array => {
  const grain = 10 * random() ** 2
  const isSoft = random() < 0.5
  const out = new Uint8Array(SIZE ** 2)
  for (let i = 0; i < out.length; i++) {
    const here = grey[i] ?? 0
    const value = isSoft
      ? (2 * here +
          (grey[i - 1] ?? here) +
          (grey[i + 1] ?? here) +
          (grey[i - SIZE] ?? here) +
          (grey[i + SIZE] ?? here)) /
        6
      : here
    out[i] = Math.min(255, Math.max(0, value + grain * (random() + random() - 1)))
  }
  return out
}

/** `count` images with one to five marks each; the same seed gives the same images. */
export const drawGenericImages = (count: number, seed: number): Sample[] => {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => {
    const grey = background(random)
    const marks = 1 + Math.floor(Math.abs(1.6 * normal(random)))
    const objects: LabelledBox[] = []
    for (let i = 0; i < Math.min(5, marks); i++) {
      const classIndex = Math.floor(GENERIC_CLASSES.length * random())
      const name = GENERIC_CLASSES[classIndex]
      const object = name && paint(grey, name, classIndex, random)
      if (object) objects.push(object)
    }
    return { picture: { grey: finish(grey, random), widthPx: SIZE, heightPx: SIZE }, objects }
  })
}
