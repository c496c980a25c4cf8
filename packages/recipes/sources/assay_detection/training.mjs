import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { classNames, decode, readChannel } from './channels.mjs'
import { detector } from './detector.mjs'
import { find } from './serving.mjs'

const NETWORK = 'latest'

/**
 * The course of training.py around the small detector: the same channels, log lines, checkpoints and model folder. `rateFactor`: losses here are
 * means over cells, the networks' own sum over many more, and so are their steps larger. `freezesBody` trains the head alone.
 */
export const train = async (settings, { weights, freezesBody = false, keepsBest = false, rateFactor, requested }) => {
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
    ...(weights ? { weights } : {}),
  })
  const progress = createProgress()
  await detector.train(
    model,
    training,
    {
      epochs: settings.epochs,
      batchSize,
      learningRate: settings.learningRate * rateFactor,
      optimizer: 'sgd',
      momentum: settings.momentum,
      weightDecay: settings.weightDecay,
      freezeBody: freezesBody,
      seed: settings.seed,
      signal: stopping.signal,
      checkpoints: progress.checkpoints,
    },
    ({ epoch, losses }) => {
      const scored = validation.map(({ picture, objects }) => ({ detections: find(model, picture), objects }))
      const score = detector.meanAveragePrecision(scored, detector.COCO_OVERLAPS)
      console.log(`epoch=${epoch} loss=${losses.total.toFixed(6)} main_score=${score.toFixed(6)}`)
      if (keepsBest && score > (progress.best?.score ?? -1))
        progress.keep({ epoch, score }, detector.saveDetector(model))
    },
  )
  const { best } = progress
  // The last value of a metric is what a tuning job compares: it has to be that of the model that is kept.
  if (best) console.log(`kept: epoch=${best.epoch} main_score=${best.score.toFixed(6)}`)
  save(best?.model ?? detector.saveDetector(model), labels, {
    network: model.networkName,
    parameters: model.network.parameterCount,
    pretrainedOn: model.pretrainedOn,
    epochsDone: model.epochsDone,
    program: 'pytorch-script',
    requested,
    trainImages: training.length,
    validationImages: validation.length,
  })
}

const replace = (file, bytes) => {
  writeFileSync(`${file}.new`, bytes)
  renameSync(`${file}.new`, file)
}

/** What outlives an interruption. SageMaker makes the folder where the job asks for checkpoints, and brings back what an earlier life left. */
const createProgress = () => {
  const folder = join(process.env.SAGEMAKER_BASE_DIR ?? '/opt/ml', 'checkpoints')
  const isKept = existsSync(folder)
  const [newest, bestFile, bestModel] = ['newest.bin', 'best.json', 'best.bin'].map((name) => join(folder, name))
  const last = existsSync(newest) ? readFileSync(newest) : undefined
  if (last) console.log('checkpoint found, the training goes on from it')
  const progress = {
    best:
      last && existsSync(bestFile)
        ? { ...JSON.parse(readFileSync(bestFile, 'utf8')), model: readFileSync(bestModel) }
        : undefined,
    keep: (facts, model) => {
      progress.best = { ...facts, model }
      if (!isKept) return
      replace(bestModel, model)
      replace(bestFile, JSON.stringify(facts))
    },
    checkpoints: isKept ? { ...(last ? { last } : {}), save: (state) => replace(newest, state) } : undefined,
  }
  return progress
}

const save = (model, labels, actual) => {
  const folder = process.env.SM_MODEL_DIR
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'detector.bin'), model)
  writeFileSync(join(folder, 'labels.json'), JSON.stringify(labels))
  // The serving image looks for the source in the model archive.
  cpSync(dirname(process.argv[1]), join(folder, 'code'), {
    recursive: true,
    filter: (path) => !path.endsWith('.tar.gz'),
  })
  writeFileSync(join(folder, 'assay-model.json'), `${JSON.stringify(actual, null, 2)}\n`)
  console.log(`assay_actual=${JSON.stringify(actual)}`)
}
