import { closeSync, openSync, writeSync } from 'node:fs'

/** Numbers in [0, 1) from a seed (mulberry32): good enough to draw boxes with, and the same on every machine. */
const createRandom = (seed: number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface LargeCase {
  images: number
  categories: number
  objectsPerImage: number
  detectionsPerImage: number
  seed: number
}

/** As large as COCO val2017 with 100 detections an image. */
export const cocoSized: LargeCase = {
  images: 5000,
  categories: 80,
  objectsPerImage: 7.37,
  detectionsPerImage: 100,
  seed: 1,
}

const two = (value: number) => Math.round(value * 100) / 100

type Box = [number, number, number, number]

/**
 * Writes a case like COCO val2017: long-tailed categories that cluster by image, 40 / 35 / 25 % small, medium, large objects, 1.2 % crowd
 * regions; objects are found the surer the larger they are, with near-duplicates and wrong classes, and the rest of an image's detections
 * are background with low scores. Detections of an image stand by descending score.
 */
export const writeLargeCase = (wanted: LargeCase, groundTruthPath: string, detectionsPath: string): void => {
  const random = createRandom(wanted.seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const exponential = () => -Math.log(1 - random())
  const weights = Array.from({ length: wanted.categories }, (_, k) => (k === 0 ? 5 : 1 / (k + 2) ** 0.9))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const category = (): number => {
    let left = random() * total
    return (
      1 +
      Math.max(
        0,
        weights.findIndex((weight) => (left -= weight) < 0),
      )
    )
  }
  const boxAt = (x: number, y: number, width: number, height: number): Box => {
    const w = Math.min(Math.max(width, 2), 640)
    const h = Math.min(Math.max(height, 2), 480)
    return [two(Math.min(Math.max(x, 0), 640 - w)), two(Math.min(Math.max(y, 0), 480 - h)), two(w), two(h)]
  }
  const anyBox = (logSide: number, spread: number): Box => {
    const side = Math.exp(logSide + spread * normal())
    const ratio = Math.exp(0.45 * normal())
    return boxAt(random() * 640 - side / 2, random() * 480 - side / 2, side * ratio, side / ratio)
  }
  const moved = ([x, y, w, h]: Box, by: number): Box =>
    boxAt(x + by * normal() * w, y + by * normal() * h, w * Math.exp(by * normal()), h * Math.exp(by * normal()))

  const annotations: string[] = []
  const file = openSync(detectionsPath, 'w')
  let separator = '['
  for (let image = 1; image <= wanted.images; image++) {
    const themes = Array.from({ length: 1 + Math.floor(random() * 4) }, category)
    const likely = () => (random() < 0.6 ? themes[Math.floor(random() * themes.length)] : category())
    const found: { category: number; box: Box; score: number }[] = []
    const objects = random() < 0.01 ? 0 : Math.min(90, 1 + Math.floor(exponential() * (wanted.objectsPerImage - 0.43)))
    for (let o = 0; o < objects; o++) {
      const own = random() < 0.8 ? themes[Math.floor(random() * themes.length)] : category()
      const box = anyBox(4.02, 1.15)
      const area = two(box[2] * box[3] * (0.35 + 0.6 * random()))
      const iscrowd = random() < 0.012 ? 1 : 0
      annotations.push(
        JSON.stringify({ id: annotations.length + 1, image_id: image, category_id: own, bbox: box, area, iscrowd }),
      )
      const sure = 1 / (1 + Math.exp(-(0.55 * Math.log(Math.max(area, 4) / 500) + 0.6 + 0.9 * normal())))
      if (random() > sure + 0.2) continue
      found.push({
        category: random() < 0.93 ? own : category(),
        box: moved(box, 0.04 + 0.2 * (1 - sure) * random()),
        score: sure,
      })
      for (let copies = Math.floor(exponential() * 2.2); copies > 0; copies--)
        found.push({
          category: random() < 0.7 ? own : category(),
          box: moved(box, 0.1 + 0.25 * random()),
          score: sure * (0.05 + 0.5 * random()),
        })
    }
    while (found.length < wanted.detectionsPerImage)
      found.push({ category: likely(), box: anyBox(3.6, 1.1), score: 0.02 + 0.28 * random() ** 3 })
    found.sort((a, b) => b.score - a.score)
    let text = ''
    for (const { category, box, score } of found.slice(0, wanted.detectionsPerImage)) {
      text += `${separator}{"image_id":${image},"category_id":${category},"bbox":[${box.join(',')}],"score":${Math.round(score * 1e5) / 1e5}}`
      separator = ','
    }
    writeSync(file, text)
  }
  writeSync(file, ']')
  closeSync(file)
  const ids = (count: number) => Array.from({ length: count }, (_, i) => `{"id":${i + 1}}`).join(',')
  const truth = openSync(groundTruthPath, 'w')
  writeSync(
    truth,
    `{"images":[${ids(wanted.images)}],"categories":[${ids(wanted.categories)}],"annotations":[${annotations.join(',')}]}`,
  )
  closeSync(truth)
}
