import { type Box, overlap } from './boxes.ts'
import { boxOfCell } from './cells.ts'
import type { Detector } from './detector.ts'
import { type Picture, writeWhole } from './pictures.ts'

export interface DetectOptions {
  /** Most detections answered. (Default: 100) */
  maxDetections?: number
  /** Least score, 0–1. (Default: 0.01) */
  scoreThreshold?: number
  /** Of two overlapping boxes of one class beyond this IoU the weaker goes. (Default: 0.5) */
  nmsThreshold?: number
}

/** `classIndex` from 0, `score` 0–1, box clipped to the image. */
export interface Detection {
  classIndex: number
  score: number
  box: Box
}

const clip = (value: number): number => Math.min(1, Math.max(0, value))

/** Finds objects in one picture, highest score first. */
export const detect = (detector: Detector, picture: Picture, options: DetectOptions = {}): Detection[] => {
  const { network } = detector
  writeWhole(picture, network.input, network.inputPx)
  network.forward(1, false)
  return readDetections(detector, options)
}

const readDetections = (
  { network, classes }: Detector,
  { maxDetections = 100, scoreThreshold = 0.01, nmsThreshold = 0.5 }: DetectOptions,
): Detection[] => {
  const { output, outputChannels, gridCells } = network
  const found: Detection[] = []
  for (let cell = 0; cell < gridCells ** 2; cell++) {
    const from = cell * outputChannels
    let corners: Box | undefined
    for (let classIndex = 0; classIndex < classes; classIndex++) {
      const score = 1 / (1 + Math.exp(-(output[from + classIndex] ?? 0)))
      if (score < scoreThreshold) continue
      corners ??= boxOfCell(cell, gridCells, output, from + classes)
      const box: Box = [clip(corners[0]), clip(corners[1]), clip(corners[2]), clip(corners[3])]
      if (box[2] > box[0] && box[3] > box[1]) found.push({ classIndex, score, box })
    }
  }
  // The sort is stable and cells come in order, so that equal scores keep one order on every machine.
  found.sort((a, b) => b.score - a.score)
  const kept: Detection[] = []
  for (const candidate of found) {
    if (kept.length >= maxDetections) break
    const isCovered = kept.some(
      ({ classIndex, box }) => classIndex === candidate.classIndex && overlap(box, candidate.box) > nmsThreshold,
    )
    if (!isCovered) kept.push(candidate)
  }
  return kept
}
