// The local twin of train.py: the same channels, arguments, log lines, request and response, around the detector library that
// the stand-in image provides in the place of torch. Trains from random weights.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

const detector = await import(process.env.ASSAY_DETECTOR_LIBRARY)

const NETWORK = 'latest'
const MEAN = [0.485, 0.456, 0.406]
const DEVIATION = [0.229, 0.224, 0.225]
const LEAST_SCORE = 0.01
const NMS_THRESHOLD = 0.5
/** Losses here are means over cells; the network's own summed losses are about this much larger, and so are its steps. */
const RATE_FACTOR = 30

const fail = (reason) => {
  console.error(`ClientError: ${reason}`)
  process.exit(1)
}

const main = async () => {
  const settings = readSettings()
  const stopping = new AbortController()
  process.on('SIGTERM', () => stopping.abort())

  const annotated = { training: readChannel('training'), validation: readChannel('validation') }
  const labels = classNames(settings, [...annotated.training, ...annotated.validation])
  const training = await decode(annotated.training, labels)
  const validation = await decode(annotated.validation, labels)
  console.log(
    `training ${training.length} images, validation ${validation.length} images, classes ${labels.join(', ')}`,
  )

  // Memory is laid out for a batch: no more images than there are.
  const batchSize = Math.min(settings.batchSize, training.length)
  const model = detector.createDetector({
    network: NETWORK,
    classes: labels.length,
    seed: settings.seed,
    batchImages: batchSize,
  })
  await detector.train(
    model,
    training,
    {
      epochs: settings.epochs,
      batchSize,
      learningRate: settings.learningRate * RATE_FACTOR,
      optimizer: 'sgd',
      momentum: settings.momentum,
      weightDecay: settings.weightDecay,
      seed: settings.seed,
      signal: stopping.signal,
      checkpoints: checkpointsOf(),
    },
    ({ epoch, losses }) => {
      const scored = validation.map(({ picture, objects }) => ({ detections: find(model, picture), objects }))
      const mainScore = detector.meanAveragePrecision(scored, detector.COCO_OVERLAPS)
      console.log(`epoch=${epoch} loss=${losses.total.toFixed(6)} main_score=${mainScore.toFixed(6)}`)
    },
  )
  save(model, labels, {
    requested: `DDN ${String(settings.backbone)}, from scratch`,
    trainImages: training.length,
    validationImages: validation.length,
  })
}

/** SageMaker makes the folder where the job asks for checkpoints, and brings back what an interrupted life of the job left there. */
const checkpointsOf = () => {
  const folder = join(process.env.SAGEMAKER_BASE_DIR ?? '/opt/ml', 'checkpoints')
  if (!existsSync(folder)) return undefined
  const file = join(folder, 'newest.bin')
  const last = existsSync(file) ? readFileSync(file) : undefined
  if (last) console.log('checkpoint found, the training goes on from it')
  return {
    ...(last ? { last } : {}),
    save: (state) => {
      writeFileSync(`${file}.new`, state)
      renameSync(`${file}.new`, file)
    },
  }
}

/** Names by label: as `class-names` lists them, else all that occur, sorted bytewise. */
const classNames = ({ classes, names }, annotated) => {
  const met = [...new Set(annotated.flatMap(({ objects }) => objects.map(({ name }) => name)))].sort((a, b) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  )
  const labels = names ?? met
  if (met.some((name) => !labels.includes(name)) || labels.length !== classes)
    fail(
      `num-classes is ${classes + 1} with the background, the classes are ${labels.join(', ')}, the channels hold ${met.join(', ')}`,
    )
  return labels
}

const readSettings = () => {
  const text = { type: 'string' }
  const options = {
    epochs: { ...text, default: '10' },
    'batch-size': { ...text, default: '16' },
    'learning-rate': { ...text, default: '0.001' },
    momentum: { ...text, default: '0.9' },
    'weight-decay': { ...text, default: '0.0001' },
    seed: { ...text, default: '123' },
    'num-classes': { ...text, default: '7' },
    'class-names': text,
    backbone: { ...text, default: 'resnet34' },
  }
  let values
  try {
    values = parseArgs({ strict: true, options }).values
  } catch (error) {
    fail(error.message)
  }
  const number = (name, min, max, isInteger = false) => {
    const value = Number(values[name])
    if (!(value >= min && value <= max) || (isInteger && !Number.isInteger(value)))
      fail(`${name} is ${values[name]}, needed ${isInteger ? 'an integer' : 'a number'} in [${min}, ${max}]`)
    return value
  }
  if (!['resnet34', 'resnet50'].includes(values.backbone))
    fail(`backbone is ${String(values.backbone)}, needed resnet34 or resnet50`)
  return {
    epochs: number('epochs', 1, 100_000, true),
    batchSize: number('batch-size', 1, 256, true),
    learningRate: number('learning-rate', 1e-9, 10),
    momentum: number('momentum', 0, 1),
    weightDecay: number('weight-decay', 0, 1),
    seed: number('seed', 0, 2 ** 32 - 1, true),
    classes: number('num-classes', 2, 1000, true) - 1,
    names: values['class-names'] === undefined ? undefined : JSON.parse(values['class-names']),
    backbone: values.backbone,
  }
}

/** Images with their objects by name. The class is what `object/name` says, never the folder. */
const readChannel = (channel) => {
  const root = process.env[`SM_CHANNEL_${channel.toUpperCase()}`]
  if (!root || !existsSync(root)) fail(`channel ${channel} is missing`)
  const found = []
  for (const folder of readdirSync(root).sort()) {
    const annotations = join(root, folder, 'annotations')
    if (!existsSync(annotations)) continue
    const images = new Map(
      readdirSync(join(root, folder, 'images')).map((file) => [file.replace(/\.[^.]*$/, ''), file]),
    )
    for (const file of readdirSync(annotations)
      .filter((name) => name.endsWith('.xml'))
      .sort()) {
      const image = images.get(file.replace(/\.xml$/, ''))
      if (!image) fail(`${folder}/annotations/${file} has no image beside it`)
      const path = join(root, folder, 'images', image)
      found.push({ path, ...readAnnotation(join(annotations, file)) })
    }
  }
  if (found.length === 0) fail(`channel ${channel} holds no <class>/annotations/*.xml`)
  return found
}

const readAnnotation = (path) => {
  const xml = readFileSync(path, 'utf8')
  const element = (text, name) => new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`).exec(text)?.[1]
  const number = (text, name) => {
    const value = Number(element(text, name) ?? Number.NaN)
    if (!Number.isFinite(value)) fail(`${path} has no number in ${name}`)
    return value
  }
  const [widthPx, heightPx] = [number(xml, 'width'), number(xml, 'height')]
  const objects = [...xml.matchAll(/<object>([\s\S]*?)<\/object>/g)].map(([, text]) => {
    const box = ['xmin', 'ymin', 'xmax', 'ymax'].map((name) => number(text, name))
    const name = element(text, 'name')
    if (!name) fail(`${path} has an object without a name`)
    return { name: unescaped(name), box: [box[0] / widthPx, box[1] / heightPx, box[2] / widthPx, box[3] / heightPx] }
  })
  return { objects }
}

const unescaped = (text) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')

const decode = async (annotated, labels) => {
  const samples = []
  for (const { path, objects } of annotated) {
    try {
      const picture = await detector.decodePicture(readFileSync(path))
      samples.push({ picture, objects: objects.map(({ name, box }) => ({ classIndex: labels.indexOf(name), box })) })
    } catch {
      fail(`${path} is no readable image`)
    }
  }
  return samples
}

const find = (model, picture) =>
  detector.detect(model, picture, { scoreThreshold: LEAST_SCORE, nmsThreshold: NMS_THRESHOLD })

const save = (model, labels, facts) => {
  const folder = process.env.SM_MODEL_DIR
  mkdirSync(join(folder, 'code'), { recursive: true })
  writeFileSync(join(folder, 'detector.bin'), detector.saveDetector(model))
  writeFileSync(join(folder, 'labels.json'), JSON.stringify(labels))
  // The serving image looks for the script in the model archive.
  const here = dirname(fileURLToPath(import.meta.url))
  for (const file of ['train.py', 'train.mjs']) copyFileSync(join(here, file), join(folder, 'code', file))
  const actual = {
    network: model.networkName,
    parameters: model.network.parameterCount,
    pretrainedOn: model.pretrainedOn,
    epochsDone: model.epochsDone,
    program: 'pytorch-script',
    ...facts,
  }
  writeFileSync(join(folder, 'assay-model.json'), `${JSON.stringify(actual, null, 2)}\n`)
  console.log(`assay_actual=${JSON.stringify(actual)}`)
}

export const modelFn = async (folder) => detector.loadDetector(readFileSync(join(folder, 'detector.bin')))

/** 1 × 3 × height × width floats, ImageNet-normalised, back to a picture. */
export const inputFn = async (body, contentType) => {
  if (contentType.split(';')[0].trim() !== 'application/json')
    throw new Error(`unsupported content type ${contentType}, needed application/json`)
  const [planes] = JSON.parse(body.toString())
  const [heightPx, widthPx] = [planes?.[0]?.length, planes?.[0]?.[0]?.length]
  if (planes?.length !== 3 || !heightPx || !widthPx)
    throw new Error('the request is no list of 1 × 3 × height × width numbers')
  const rgb = new Uint8Array(3 * widthPx * heightPx)
  planes.forEach((plane, channel) => {
    if (plane.length !== heightPx) throw new Error(`channel ${channel} has ${plane.length} rows, ${heightPx} needed`)
    plane.forEach((row, y) => {
      if (row.length !== widthPx) throw new Error(`row ${y} has ${row.length} values, ${widthPx} needed`)
      row.forEach((value, x) => {
        const level = Math.round(255 * (value * DEVIATION[channel] + MEAN[channel]))
        rgb[3 * (y * widthPx + x) + channel] = Math.min(255, Math.max(0, level))
      })
    })
  })
  return detector.pictureFromPixels(rgb, { widthPx, heightPx })
}

/** Boxes as corners in px of the image that was sent; label 0 is the background. */
export const predictFn = async (picture, model) => {
  const { widthPx, heightPx } = picture
  const found = find(model, picture)
  return [
    {
      boxes: found.map(({ box: [x1, y1, x2, y2] }) => [x1 * widthPx, y1 * heightPx, x2 * widthPx, y2 * heightPx]),
      labels: found.map(({ classIndex }) => classIndex + 1),
      scores: found.map(({ score }) => score),
    },
  ]
}

export const outputFn = (prediction) => ({ contentType: 'application/json', body: JSON.stringify(prediction) })

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main()
