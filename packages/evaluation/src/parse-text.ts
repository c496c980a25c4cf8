import type { Detections, GroundTruth } from './columns.ts'
import { InputError } from './input-error.ts'
import { findJsonFault } from './json-fault.ts'
import { parseDetections } from './parse-detections.ts'
import { parseGroundTruth } from './parse-ground-truth.ts'

/** UTF-8 bytes as JSON. Throws `InputError` with line and column of the fault. */
const parseJson = (bytes: Uint8Array): unknown => {
  const text = new TextDecoder().decode(bytes)
  try {
    return JSON.parse(text)
  } catch (error) {
    const fault = findJsonFault(text)
    if (fault === undefined) throw error
    throw new InputError(`line ${fault.line} column ${fault.column}`, 'what is not JSON', fault.needed)
  }
}

/** `parseGroundTruth` of a file's bytes. */
export const parseGroundTruthText = (bytes: Uint8Array): GroundTruth => parseGroundTruth(parseJson(bytes))

/** `parseDetections` of a file's bytes. */
export const parseDetectionsText = (bytes: Uint8Array, groundTruth: GroundTruth): Detections =>
  parseDetections(parseJson(bytes), groundTruth)
