import type { Detections, GroundTruth, Matching } from './index.ts'
import { createRandom } from './random.ts'

type Box = readonly [number, number, number, number]

const columns = () => ({
  image: [] as number[],
  category: [] as number[],
  boxes: [] as number[],
  scores: [] as number[],
})

const detectionsOf = ({ image, category, boxes, scores }: ReturnType<typeof columns>): Detections => ({
  count: image.length,
  leftOut: 0,
  image: Int32Array.from(image),
  category: Int32Array.from(category),
  boxes: Float64Array.from(boxes),
  scores: Float64Array.from(scores),
})

/**
 * Images with objects of two classes that cluster by image, some images harder than others, and two detectors of nearly equal worth that find
 * much the same objects, score them alike, take some for the other class and report background: what makes images unlike one another.
 */
export const drawPopulation = (
  imageCount: number,
  seed: number,
): { groundTruth: GroundTruth; detectors: Detections[] } => {
  const random = createRandom(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const anyBox = (): Box => [random() * 150, random() * 150, 20 + random() * 40, 20 + random() * 40]
  const moved = ([x, y, w, h]: Box, by: number): Box => [
    x + by * normal() * w,
    y + by * normal() * h,
    w * Math.exp(by * normal()),
    h * Math.exp(by * normal()),
  ]
  const objects = columns()
  const detectors = [columns(), columns()]
  const add = (to: ReturnType<typeof columns>, image: number, category: number, box: Box, score: number) => {
    to.image.push(image)
    to.category.push(category)
    to.boxes.push(...box)
    to.scores.push(score)
  }
  for (let image = 0; image < imageCount; image++) {
    const ease = 0.8 + 0.5 * normal()
    const theme = random() < 0.5 ? 0 : 1
    for (let left = Math.floor(-Math.log(1 - random()) * 1.6 + 0.4); left > 0; left--) {
      const category = random() < 0.8 ? theme : 1 - theme
      const box = anyBox()
      const objectEase = ease + 0.6 * normal()
      add(objects, image, category, box, 0)
      for (const [which, detector] of detectors.entries()) {
        const quality = objectEase + 0.1 * which + 0.5 * normal()
        if (random() > 1 / (1 + Math.exp(-2 * quality))) continue
        const seen = random() < 0.95 ? category : 1 - category
        add(detector, image, seen, moved(box, 0.12 * Math.exp(-0.4 * quality)), quality + 0.7 * normal())
      }
    }
    for (const detector of detectors)
      for (let left = Math.floor(-Math.log(1 - random())); left > 0; left--)
        add(detector, image, random() < 0.5 ? 0 : 1, anyBox(), ease - 1.8 + normal())
  }
  const count = objects.image.length
  return {
    groundTruth: {
      imageIds: Float64Array.from({ length: imageCount }, (_, i) => i + 1),
      imageFileNames: [],
      categoryIds: Float64Array.of(1, 2),
      categoryNames: ['1', '2'],
      objectCount: count,
      objectIds: Float64Array.from({ length: count }, (_, i) => i + 1),
      objectImage: Int32Array.from(objects.image),
      objectCategory: Int32Array.from(objects.category),
      objectBoxes: Float64Array.from(objects.boxes),
      objectAreas: Float64Array.from({ length: count }, (_, i) => objects.boxes[4 * i + 2] * objects.boxes[4 * i + 3]),
      objectCrowd: new Uint8Array(count),
    },
    detectors: detectors.map(detectionsOf),
  }
}

const positionsByImage = (image: Int32Array, imageCount: number): number[][] => {
  const positions = Array.from({ length: imageCount }, () => [] as number[])
  for (const [position, i] of image.entries()) positions[i].push(position)
  return positions
}

/** Where each category starts among ascending `positions` of something whose categories start at `categoryStart`. */
const startsAmong = (positions: Int32Array, categoryStart: Int32Array): Int32Array =>
  categoryStart.map((start) => {
    const at = positions.findIndex((position) => position >= start)
    return at < 0 ? positions.length : at
  })

/** Cuts samples of images out of a matching of the whole population, as if only they had been matched (all areas only). */
export const createSampler = (population: Matching): ((images: readonly number[]) => Matching) => {
  const detections = positionsByImage(population.image, population.imageCount)
  const objects = positionsByImage(population.objectImage, population.imageCount)
  return (images) => {
    const newImage = new Map(images.map((image, i) => [image, i]))
    const kept = Int32Array.from(images.flatMap((image) => detections[image])).sort()
    const keptObjects = Int32Array.from(images.flatMap((image) => objects[image])).sort()
    const renumbered = (all: Int32Array, positions: Int32Array) =>
      positions.map((position) => newImage.get(all[position]) ?? -1)
    return {
      ...population,
      imageCount: images.length,
      categoryStart: startsAmong(kept, population.categoryStart),
      image: renumbered(population.image, kept),
      trueBits: [Uint16Array.from(kept, (position) => population.trueBits[0][position])],
      falseBits: [Uint16Array.from(kept, (position) => population.falseBits[0][position])],
      objectCategoryStart: startsAmong(keptObjects, population.objectCategoryStart),
      objectImage: renumbered(population.objectImage, keptObjects),
    }
  }
}
