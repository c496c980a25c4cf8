// `npm run pretrain:detector`: draws generic images, trains each network on them and writes packages/detector/weights/*.bin.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { NetworkName } from '../src/architecture.ts'
import { COCO_OVERLAPS, meanAveragePrecision } from '../src/average-precision.ts'
import { detect } from '../src/detect.ts'
import { createDetector } from '../src/detector.ts'
import { drawGenericImages, GENERIC_CLASSES } from '../src/pretraining/generic-images.ts'
import { train } from '../src/train.ts'
import { saveWeights } from '../src/weights.ts'

const { values } = parseOptions()
const folder = resolve(values.out)
mkdirSync(folder, { recursive: true })
const samples = drawGenericImages(values.images, values.seed)
const unseen = drawGenericImages(200, values.seed + 1)

for (const network of values.networks) {
  const startedCpu = process.cpuUsage()
  const detector = createDetector({ network, classes: GENERIC_CLASSES.length, seed: values.seed })
  const options = { epochs: values.epochs, batchSize: 16, learningRate: 4e-3, seed: values.seed }
  await train(detector, samples, options, ({ epoch, losses }) => {
    console.log(`${network} epoch ${epoch + 1}/${values.epochs}: loss ${losses.total.toFixed(3)}`)
  })
  const scored = unseen.map(({ picture, objects }) => ({ detections: detect(detector, picture), objects }))
  const score = meanAveragePrecision(scored, COCO_OVERLAPS)
  const pretrainedOn = `${values.images} procedural images of ${GENERIC_CLASSES.length} generic figures, ${values.epochs} epochs, seed ${values.seed}`
  const bytes = saveWeights(detector, pretrainedOn)
  writeFileSync(join(folder, `${network}.bin`), bytes)
  const cpu = process.cpuUsage(startedCpu)
  const cpuSeconds = Math.round((cpu.user + cpu.system) / 1e6)
  console.log(
    `${network}.bin: ${bytes.length} bytes, mAP ${score.toFixed(3)} on 200 unseen ones, ${cpuSeconds} CPU seconds`,
  )
}

function parseOptions() {
  const [out = 'packages/detector/weights', images = '6000', epochs = '5', networks = 'latest,legacy'] =
    process.argv.slice(2)
  return {
    values: {
      out,
      images: Number(images),
      epochs: Number(epochs),
      networks: networks.split(',') as NetworkName[],
      seed: 20_231,
    },
  }
}
