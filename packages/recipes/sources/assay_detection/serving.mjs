import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { detector } from './detector.mjs'

const MEAN = [0.485, 0.456, 0.406]
const DEVIATION = [0.229, 0.224, 0.225]
const IMAGE_TYPES = ['application/x-image', 'image/jpeg', 'image/png']

export const find = (model, picture) => detector.detect(model, picture, { scoreThreshold: 0.01, nmsThreshold: 0.5 })

export const modelFn = async (folder) => detector.loadDetector(readFileSync(join(folder, 'detector.bin')))

const requireType = (contentType, known) => {
  const [type] = contentType.split(';')
  if (!known.includes(type.trim())) throw new Error(`unsupported content type ${type}, needed ${known.join(', ')}`)
}

/** 1 × 3 × height × width floats, ImageNet-normalised, back to a picture. */
export const tensorInput = async (body, contentType) => {
  requireType(contentType, ['application/json'])
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

/** A JPEG or PNG. */
export const imageInput = async (body, contentType) => {
  requireType(contentType, IMAGE_TYPES)
  return detector.decodePicture(body)
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
