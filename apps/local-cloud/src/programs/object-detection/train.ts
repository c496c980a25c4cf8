import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  createDetector,
  detect,
  loadPretrainedWeights,
  meanAveragePrecision,
  saveDetector,
  train,
} from '@assay/detector'
import { reportActualModel } from '../container/actual-model.ts'
import { loadCheckpoint, saveCheckpoint } from '../container/checkpoints.ts'
import { MODEL_FILE } from '../container/detection-server.ts'
import { readHyperparameters } from '../container/hyperparameters.ts'
import type { ProgramContext } from '../container/run-program.ts'
import { annotationChannel, loadImageChannel } from './load-image-channel.ts'
import { loadRecordChannel } from './load-record-channel.ts'
import { logLines } from './log-lines.ts'
import { readSettings } from './settings.ts'

/** The real algorithm takes no seed. */
const SEED = 1
/**
 * The real network sums its losses over thousands of anchors, this one averages over a few cells: plain gradient descent needs
 * steps that much larger for the same learning rate. Chosen on validation data; the other optimisers scale themselves.
 */
const RATE_FACTOR = { sgd: 30, adam: 1, rmsprop: 1, adadelta: 1 }
const LOGGED_EVERY_BATCHES = 10

/** The stand-in for the built-in Object Detection algorithm: its channels, hyperparameters, log and validation mAP. */
export const trainProgram = async ({ folders, stop }: ProgramContext): Promise<void> => {
  const settings = readSettings(readHyperparameters(folders))
  const { numClasses, batchSize, epochs, earlyStopping } = settings
  const load = existsSync(folders.channel(annotationChannel('train'))) ? loadImageChannel : loadRecordChannel
  const samples = await load(folders, 'train', numClasses)
  const validation = await load(folders, 'validation', numClasses)
  if (samples.length !== settings.numTrainingSamples)
    logLines.note(
      `num_training_samples is ${settings.numTrainingSamples}, the train channel holds ${samples.length} records`,
    )
  const detector = createDetector({
    network: 'legacy',
    classes: numClasses,
    seed: SEED,
    // Memory for no more images than there are.
    batchImages: Math.min(batchSize, samples.length),
    ...(settings.usePretrainedModel ? { weights: loadPretrainedWeights('legacy') } : {}),
  })
  const measure = () =>
    meanAveragePrecision(
      validation.map(({ picture, objects }) => ({
        detections: detect(detector, picture, { nmsThreshold: settings.nmsThreshold }),
        objects,
      })),
      [settings.overlapThreshold],
    )

  const begun = loadCheckpoint<{ best: number | null; epochsWithoutGain: number }>(folders)
  if (begun) logLines.note('checkpoint found, the training goes on from it')
  let best = begun?.notes.best ?? Number.NEGATIVE_INFINITY
  let epochsWithoutGain = begun?.notes.epochsWithoutGain ?? 0
  let startedMs = performance.now()
  await train(
    detector,
    samples,
    {
      epochs,
      batchSize: Math.min(batchSize, samples.length),
      learningRate: settings.learningRate * RATE_FACTOR[settings.optimizer],
      optimizer: settings.optimizer,
      momentum: settings.momentum,
      weightDecay: settings.weightDecay,
      schedule: settings.schedule,
      seed: SEED,
      signal: stop,
      checkpoints: {
        ...(begun ? { last: begun.training } : {}),
        save: (training) => saveCheckpoint(folders, { notes: { best, epochsWithoutGain }, training }),
      },
      onBatch: ({ epoch, batch, losses }) => {
        if (batch % LOGGED_EVERY_BATCHES === 0) logLines.batch(epoch, batch, losses)
      },
    },
    (report) => {
      const seconds = (performance.now() - startedMs) / 1000
      const mAP = measure()
      logLines.epoch(report, epochs, seconds, mAP)
      startedMs = performance.now()
      if (!earlyStopping) return undefined
      epochsWithoutGain = mAP > best + earlyStopping.tolerance ? 0 : epochsWithoutGain + 1
      best = Math.max(best, mAP)
      if (report.epoch + 1 < earlyStopping.minEpochs || epochsWithoutGain < earlyStopping.patience) return undefined
      logLines.note(`early stopping after epoch ${report.epoch}`)
      return 'stop'
    },
  )
  reportActualModel(folders.model, detector, {
    program: 'object-detection',
    requested: `SSD ${settings.baseNetwork}${settings.usePretrainedModel ? ', pretrained' : ''}`,
    trainImages: samples.length,
    validationImages: validation.length,
  })
  writeFileSync(join(folders.model, MODEL_FILE), saveDetector(detector))
  writeFileSync(join(folders.model, 'serving.json'), JSON.stringify({ nmsThreshold: settings.nmsThreshold }))
}
