import { type BootstrapOptions, type Comparison, pairedBootstrap } from './bootstrap.ts'
import { type Diagnosis, diagnose } from './diagnose.ts'
import { type Evaluation, summarize } from './evaluate.ts'
import { match } from './match.ts'
import { parseDetections } from './parse-detections.ts'
import { parseGroundTruth } from './parse-ground-truth.ts'
import { parseDetectionsText, parseGroundTruthText } from './parse-text.ts'

/** A COCO document: a file's bytes, or the JSON already parsed. */
export type CocoDocument = Uint8Array | object

export interface EvaluateAllInput {
  groundTruth: CocoDocument
  approaches: { id: string; detections: CocoDocument }[]
  bootstrap?: BootstrapOptions
}

export interface EvaluateAllOutput {
  approaches: { id: string; evaluation: Omit<Evaluation, 'arrays'>; diagnosis: Diagnosis }[]
  /** null where no object counts. */
  comparison: Comparison | null
}

/**
 * Everything about some approaches in one call. Input and output survive structured clone, so that a service can put it in a worker thread:
 * `parentPort.on('message', (input) => parentPort.postMessage(evaluateAll(input)))` in an entry file of its own, `new Worker(...)` of the
 * bundled file outside. Throws `InputError`, whose message starts with the place.
 */
export const evaluateAll = ({ groundTruth, approaches, bootstrap }: EvaluateAllInput): EvaluateAllOutput => {
  const truth = groundTruth instanceof Uint8Array ? parseGroundTruthText(groundTruth) : parseGroundTruth(groundTruth)
  const judged = approaches.map(({ id, detections }) => {
    const found =
      detections instanceof Uint8Array ? parseDetectionsText(detections, truth) : parseDetections(detections, truth)
    const matching = match(truth, found)
    const { arrays: _, ...evaluation } = summarize(matching, truth.categoryIds)
    return { id, matching, evaluation, diagnosis: diagnose(truth, found, { matching }) }
  })
  return {
    approaches: judged.map(({ id, evaluation, diagnosis }) => ({ id, evaluation, diagnosis })),
    comparison: pairedBootstrap(judged, bootstrap) ?? null,
  }
}
