// `npm run bench:detector`: the same network and settings from random and from pretrained weights, and images per CPU second.
// On NEU-DET where it is at hand (images 1–240 of each class; every fifth of them is held out), else on drawn squares.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { NetworkName } from '../src/architecture.ts'
import { COCO_OVERLAPS, meanAveragePrecision } from '../src/average-precision.ts'
import { createDetector } from '../src/detector.ts'
import { detect } from '../src/detect.ts'
import { decodePicture, type Sample } from '../src/pictures.ts'
import { drawSquares } from '../src/testing/squares.ts'
import { train } from '../src/train.ts'
import { loadPretrainedWeights } from '../src/weights.ts'

const EPOCHS = 6
const NEU_DET = resolve(process.env['ASSAY_SHARED'] ?? '../shared', 'datasets/neu-det')

const cpuSeconds = (since?: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1e6
}

const loadNeuDet = async () => {
  const folder = join(NEU_DET, 'ANNOTATIONS')
  const files = readdirSync(folder).filter((name) => Number(/_(\d+)\.xml$/.exec(name)?.[1]) <= 240)
  const found = await Promise.all(
    files.sort().map(async (name) => {
      const xml = readFileSync(join(folder, name), 'utf8')
      const number = (text: string, element: string) => Number(new RegExp(`<${element}>(\\d+)<`).exec(text)?.[1]) / 200
      const objects = [...xml.matchAll(/<object>[\s\S]*?<name>(.*?)<\/name>([\s\S]*?)<\/object>/g)].map(
        ([, label = '', text = '']) => ({
          label: label.trim(),
          box: [number(text, 'xmin'), number(text, 'ymin'), number(text, 'xmax'), number(text, 'ymax')] as const,
        }),
      )
      return {
        picture: await decodePicture(readFileSync(join(NEU_DET, 'IMAGES', name.replace('.xml', '.jpg')))),
        objects,
      }
    }),
  )
  const labels = [...new Set(found.flatMap(({ objects }) => objects.map(({ label }) => label)))].sort()
  const samples: Sample[] = found.map(({ picture, objects }) => ({
    picture,
    objects: objects.map(({ label, box }) => ({ classIndex: labels.indexOf(label), box })),
  }))
  const isHeldOut = (index: number) => index % 5 === 4
  return {
    training: samples.filter((_, index) => !isHeldOut(index) && index % 2 === 0),
    heldOut: samples.filter((_, index) => isHeldOut(index)),
    classes: labels.length,
  }
}

const isReal = existsSync(NEU_DET)
const { training, heldOut, classes } = isReal
  ? await loadNeuDet()
  : { training: drawSquares(200, 1), heldOut: drawSquares(80, 2), classes: 2 }
console.log(
  `${isReal ? 'NEU-DET' : 'drawn squares (no NEU-DET found)'}: ${training.length} images to train on, ${heldOut.length} held out; ${EPOCHS} epochs, batch 16, adam, cosine`,
)
for (const network of ['latest', 'legacy'] satisfies NetworkName[])
  for (const weights of [undefined, loadPretrainedWeights(network)]) {
    const detector = createDetector({ network, classes, seed: 1, ...(weights ? { weights } : {}) })
    const started = process.cpuUsage()
    await train(detector, training, { epochs: EPOCHS, batchSize: 16, learningRate: 3e-3, seed: 1 })
    const trainPerSecond = (EPOCHS * training.length) / cpuSeconds(started)
    const detecting = process.cpuUsage()
    const scored = heldOut.map(({ picture, objects }) => ({ detections: detect(detector, picture), objects }))
    const detectPerSecond = heldOut.length / cpuSeconds(detecting)
    const [mAP, ap50] = [COCO_OVERLAPS, [0.5]].map((overlaps) => meanAveragePrecision(scored, overlaps).toFixed(3))
    console.log(
      [
        `${network} (${detector.network.parameterCount} parameters)`.padEnd(28),
        (weights ? 'pretrained' : 'random').padEnd(11),
        `mAP ${mAP}  AP50 ${ap50}`,
        `trains ${Math.round(trainPerSecond)}, detects ${Math.round(detectPerSecond)} images per CPU second`,
      ].join('  '),
    )
  }
