// The local twin of train.py: the same channels, arguments, log lines, request and response, around the small detector that stands
// in for the real ones. Its pretrained weights are its own; a file in the channel `weights` is for torchvision's and is not read.
import { pathToFileURL } from 'node:url'
import { detector } from './assay_detection/detector.mjs'
import { readSettings } from './assay_detection/settings.mjs'
import { train } from './assay_detection/training.mjs'

export { imageInput as inputFn, modelFn, outputFn, predictFn } from './assay_detection/serving.mjs'

const main = async () => {
  const settings = readSettings({
    learningRate: 0.005,
    batchSize: 4,
    choices: {
      network: ['fasterrcnn_resnet50_fpn_v2', 'retinanet_resnet50_fpn_v2', 'fcos_resnet50_fpn'],
      pretrained: ['coco', 'none'],
      'trainable-layers': ['3', '0', '1', '2', '4', '5'],
    },
    numbers: { 'image-size': '800' },
  })
  const isPretrained = settings.pretrained === 'coco'
  await train(settings, {
    ...(isPretrained ? { weights: detector.loadPretrainedWeights('latest') } : {}),
    freezesBody: isPretrained && settings['trainable-layers'] === '0',
    keepsBest: true,
    rateFactor: 6,
    requested: `${settings.network}, ${isPretrained ? 'fine-tuned' : 'from scratch'}`,
  })
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main()
