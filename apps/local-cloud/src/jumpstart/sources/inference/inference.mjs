// Serves a fine-tuned detector. Accept `application/json;verbose;n_predictions=100` adds labels and bounds the number of boxes.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const detector = await import(process.env.ASSAY_DETECTOR_LIBRARY)
const CONTENT_TYPES = ['application/x-image', 'image/jpeg', 'image/png']

export const modelFn = async (folder) => {
  if (!existsSync(join(folder, 'detector.bin'))) throw new Error('the model archive holds no detector.bin')
  return {
    network: detector.loadDetector(readFileSync(join(folder, 'detector.bin'))),
    labels: JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8')),
  }
}

export const inputFn = async (body, contentType) => {
  if (!CONTENT_TYPES.includes(contentType.split(';')[0].trim()))
    throw new Error(`unsupported content type ${contentType}, needed ${CONTENT_TYPES.join(', ')}`)
  return detector.decodePicture(body)
}

export const predictFn = async (picture, { network, labels }, accept) => {
  const asked = Number(/n_predictions=(\d+)/.exec(accept)?.[1] ?? 100)
  return { found: detector.detect(network, picture, { maxDetections: asked }), labels }
}

export const outputFn = ({ found, labels }, accept) => {
  const answer = {
    normalized_boxes: found.map(({ box }) => box),
    classes: found.map(({ classIndex }) => classIndex),
    scores: found.map(({ score }) => score),
    ...(accept.includes('verbose') ? { labels } : {}),
  }
  return { contentType: 'application/json', body: JSON.stringify(answer) }
}
