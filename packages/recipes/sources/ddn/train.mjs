// The local twin of train.py: the same channels, arguments, log lines, request and response, around the small detector that stands
// in for the real one. Trains from random weights.
import { pathToFileURL } from 'node:url'
import { readSettings } from './assay_detection/settings.mjs'
import { train } from './assay_detection/training.mjs'

export { modelFn, outputFn, predictFn, tensorInput as inputFn } from './assay_detection/serving.mjs'

const main = async () => {
  const settings = readSettings({
    learningRate: 0.001,
    batchSize: 16,
    choices: { backbone: ['resnet34', 'resnet50'] },
    numbers: { 'image-size': '256' },
  })
  await train(settings, { rateFactor: 30, requested: `DDN ${settings.backbone}, from scratch` })
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main()
