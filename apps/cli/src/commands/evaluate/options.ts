import { parseArgs } from 'node:util'

export interface EvaluateOptions {
  groundTruth: string
  /** One or more COCO results files. */
  detections: string[]
  json: boolean
  /** Where to write an HTML page; undefined for none. */
  report?: string
}

const one = (values: readonly string[] | undefined, flag: string): string => {
  if (values?.length !== 1) throw new Error(`${flag}: met ${values?.length ?? 0} times, needed once`)
  return values[0]
}

/** Reads the command line; citty keeps only the last of repeated flags, so it is not asked. Throws where something is missing or unknown. */
export const readEvaluateOptions = (rawArgs: readonly string[]): EvaluateOptions => {
  const { values } = parseArgs({
    args: [...rawArgs],
    options: {
      'ground-truth': { type: 'string', multiple: true },
      detections: { type: 'string', multiple: true },
      json: { type: 'boolean', default: false },
      report: { type: 'string' },
    },
  })
  const detections = values.detections ?? []
  if (detections.length === 0) throw new Error('--detections: met 0 times, needed at least once')
  return {
    groundTruth: one(values['ground-truth'], '--ground-truth'),
    detections,
    json: values.json,
    report: values.report,
  }
}
