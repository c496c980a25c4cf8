import { parseArgs } from 'node:util'

export interface EvaluateOptions {
  groundTruth: string
  /** One or more COCO results files. */
  detections: string[]
  /** On what thresholds are chosen; as many detections as above, in their order. */
  validation?: { groundTruth: string; detections: string[] }
  json: boolean
  /** Where to write an HTML page; undefined for none. */
  report?: string
}

/** A command line that was refused; the message is one line. */
export class RefusedOption extends Error {
  override readonly name = 'RefusedOption'
}

const one = (values: readonly string[] | undefined, flag: string): string => {
  if (values?.length !== 1) throw new RefusedOption(`${flag}: met ${values?.length ?? 0} times, needed once`)
  return values[0]
}

const parse = (rawArgs: readonly string[]) => {
  try {
    return parseArgs({
      args: [...rawArgs],
      options: {
        'ground-truth': { type: 'string', multiple: true },
        detections: { type: 'string', multiple: true },
        'validation-ground-truth': { type: 'string', multiple: true },
        'validation-detections': { type: 'string', multiple: true },
        json: { type: 'boolean', default: false },
        report: { type: 'string' },
      },
    }).values
  } catch (error) {
    throw new RefusedOption(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

/** Reads the command line; citty keeps only the last of repeated flags, so it is not asked. Throws `RefusedOption`. */
export const readEvaluateOptions = (rawArgs: readonly string[]): EvaluateOptions => {
  const values = parse(rawArgs)
  const detections = values.detections ?? []
  if (detections.length === 0) throw new RefusedOption('--detections: met 0 times, needed at least once')
  const validation = values['validation-detections'] ?? []
  const validated = validation.length > 0 || values['validation-ground-truth'] !== undefined
  if (validated && validation.length !== detections.length)
    throw new RefusedOption(
      `--validation-detections: met ${validation.length} times, needed ${detections.length} times, one for each --detections`,
    )
  return {
    groundTruth: one(values['ground-truth'], '--ground-truth'),
    detections,
    ...(validated && {
      validation: {
        groundTruth: one(values['validation-ground-truth'], '--validation-ground-truth'),
        detections: validation,
      },
    }),
    json: values.json,
    report: values.report,
  }
}
