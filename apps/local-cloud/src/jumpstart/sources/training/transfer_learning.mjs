// Fine-tunes a pretrained detector: one channel `training` with images/ and annotations.json (bbox as [xmin, ymin, xmax, ymax] in
// px), of which a fifth is held back for validation; one channel `model` with the pretrained weights in a .tar.gz.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const detector = await import(process.env.ASSAY_DETECTOR_LIBRARY)

const SEED = 1
const HELD_BACK_SHARE = 0.2

const fail = (reason) => {
  console.error(`ClientError: ${reason}`)
  process.exit(1)
}

const settings = readSettings()
const stopping = new AbortController()
process.on('SIGTERM', () => stopping.abort())

const { samples, categoryIds } = await loadTraining(process.env.SM_CHANNEL_TRAINING)
const order = detector.shuffle(
  samples.map((_, index) => index),
  detector.createRandom(SEED),
)
const heldBack = Math.max(1, Math.round(samples.length * HELD_BACK_SHARE))
if (samples.length < 2) fail(`channel training holds ${samples.length} usable images, 2 needed`)
const validation = order.slice(0, heldBack).map((index) => samples[index])
const training = order.slice(heldBack).map((index) => samples[index])

// Memory is laid out for a batch: no more images than there are.
const batchSize = Math.min(settings.batchSize, training.length)
const weights = loadArtifact(process.env.SM_CHANNEL_MODEL)
const model = detector.createDetector({
  network: weights.networkName,
  classes: categoryIds.length,
  seed: SEED,
  weights,
  batchImages: batchSize,
})
// JumpStart's detectors log as their frameworks' scripts do.
const isPyTorch = process.env.SM_FRAMEWORK_MODULE?.includes('pytorch')
await detector.train(
  model,
  training,
  {
    epochs: settings.epochs,
    batchSize,
    learningRate: settings.learningRate,
    optimizer: 'adam',
    freezeBody: settings.topLayerOnly,
    seed: SEED,
    signal: stopping.signal,
  },
  ({ epoch, losses }) => {
    const held = detector.measureLosses(model, validation)
    if (isPyTorch) {
      console.log(
        `epoch: ${epoch} train_loss: ${losses.total.toFixed(6)} val_loss: ${(held.crossEntropy + held.smoothL1).toFixed(6)}`,
      )
      return
    }
    console.log(
      `Epoch ${epoch}, CrossEntropy=${losses.crossEntropy.toFixed(6)}, SmoothL1=${losses.smoothL1.toFixed(6)}`,
    )
    console.log(`Val_CrossEntropy=${held.crossEntropy.toFixed(6)}, Val_SmoothL1=${held.smoothL1.toFixed(6)}`)
  },
)

const folder = process.env.SM_MODEL_DIR
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'detector.bin'), detector.saveDetector(model))
// The label of class index i is the category id that it was trained on.
writeFileSync(join(folder, 'labels.json'), JSON.stringify(categoryIds))
const actual = {
  network: model.networkName,
  parameters: model.network.parameterCount,
  pretrainedOn: model.pretrainedOn,
  epochsDone: model.epochsDone,
  program: 'jumpstart-mxnet',
  requested: 'SSD 512 VGG-16 atrous, pretrained on VOC',
  trainImages: training.length,
  validationImages: validation.length,
}
writeFileSync(join(folder, 'assay-model.json'), `${JSON.stringify(actual, null, 2)}\n`)
console.log(`assay_actual=${JSON.stringify(actual)}`)

function readSettings() {
  const text = { type: 'string' }
  let values
  try {
    values = parseArgs({
      strict: true,
      options: {
        epochs: { ...text, default: '5' },
        'batch-size': { ...text, default: '2' },
        'adam-learning-rate': { ...text, default: '0.001' },
        'train-only-top-layer': { ...text, default: 'False' },
      },
    }).values
  } catch (error) {
    fail(error.message)
  }
  const number = (name, min, max, isInteger) => {
    const value = Number(values[name])
    if (!(value >= min && value <= max) || (isInteger && !Number.isInteger(value)))
      fail(`${name} is ${values[name]}, needed ${isInteger ? 'an integer' : 'a number'} in [${min}, ${max}]`)
    return value
  }
  return {
    epochs: number('epochs', 1, 1000, true),
    batchSize: number('batch-size', 1, 1024, true),
    learningRate: number('adam-learning-rate', 1e-8, 1, false),
    topLayerOnly: values['train-only-top-layer'].toLowerCase() === 'true',
  }
}

async function loadTraining(channel) {
  if (!channel || !existsSync(channel)) fail('channel training is missing')
  const path = join(channel, 'annotations.json')
  if (!existsSync(path)) fail('channel training holds no annotations.json')
  let listed
  try {
    listed = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    fail(`annotations.json is no JSON: ${error.message}`)
  }
  const { images, annotations } = listed
  if (!Array.isArray(images) || !Array.isArray(annotations))
    fail('annotations.json needs the lists images and annotations')
  const categoryIds = [...new Set(annotations.map(({ category_id }) => category_id))].sort((a, b) => a - b)
  const samples = []
  for (const { id, file_name, width, height } of images) {
    const file = join(channel, 'images', file_name)
    if (!existsSync(file)) fail(`annotations.json names images/${file_name}, which is not in the channel`)
    const objects = annotations
      .filter(({ image_id }) => image_id === id)
      .map(({ bbox: [x1, y1, x2, y2], category_id }) => {
        if (!(x2 > x1 && y2 > y1))
          fail(`a bbox of ${file_name} is not [xmin, ymin, xmax, ymax]: ${[x1, y1, x2, y2].join(', ')}`)
        return { classIndex: categoryIds.indexOf(category_id), box: [x1 / width, y1 / height, x2 / width, y2 / height] }
      })
    try {
      samples.push({ picture: await detector.decodePicture(readFileSync(file)), objects })
    } catch {
      fail(`images/${file_name} is no readable image`)
    }
  }
  if (categoryIds.length === 0) fail('annotations.json holds no objects')
  return { samples, categoryIds }
}

function loadArtifact(channel) {
  const archive =
    channel && existsSync(channel) ? readdirSync(channel).find((name) => name.endsWith('.tar.gz')) : undefined
  if (!archive) fail('channel model holds no .tar.gz with pretrained weights')
  const { status, stdout } = spawnSync('tar', ['-xzOf', join(channel, archive), 'weights.bin'], { maxBuffer: 1 << 28 })
  if (status !== 0) fail(`${archive} holds no weights.bin`)
  return detector.loadWeights(stdout)
}
