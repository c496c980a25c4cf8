import { writeFile } from 'node:fs/promises'
import {
  type Comparison,
  type Evaluation,
  match,
  pairedBootstrap,
  parseDetectionsText,
  parseGroundTruthText,
  summarize,
} from '@assay/evaluation'
import { type EvaluateOptions, readEvaluateOptions } from './options.ts'
import { RefusedFile, readParsed } from './read-file.ts'
import { evaluationTable } from './table.ts'

interface Output {
  write: (text: string) => unknown
}

const numbersOf = ({ stats, perCategoryAP, perCategoryAP50, perIouMap }: Evaluation) => ({
  stats,
  perCategoryAP,
  perCategoryAP50,
  perIouMap,
})

const judge = async ({ groundTruth: path, detections, json, report }: EvaluateOptions, out: Output): Promise<void> => {
  const groundTruth = await readParsed(path, parseGroundTruthText)
  const approaches = []
  for (const file of detections) {
    const found = await readParsed(file, (bytes) => parseDetectionsText(bytes, groundTruth))
    const matching = match(groundTruth, found)
    approaches.push({ file, found, matching, evaluation: summarize(matching, groundTruth.categoryIds) })
  }
  const comparison: Comparison | undefined =
    approaches.length < 2
      ? undefined
      : pairedBootstrap(approaches.map(({ file, matching }) => ({ id: file, matching })))
  if (report !== undefined) {
    const { evaluationPage } = await import('./page.ts')
    await writeFile(report, evaluationPage(groundTruth, approaches, comparison))
  }
  if (!json) {
    out.write(evaluationTable(groundTruth, approaches, comparison))
    return
  }
  const several = {
    approaches: approaches.map(({ file, evaluation }) => ({ file, ...numbersOf(evaluation) })),
    comparison: comparison ?? null,
  }
  out.write(
    `${JSON.stringify({ ...numbersOf(approaches[0].evaluation), ...(approaches.length < 2 ? {} : several) }, null, 2)}\n`,
  )
}

/** Exit code: 0, or 2 where the command line or a file is refused. */
export const runEvaluate = async (rawArgs: readonly string[], out: Output, errors: Output): Promise<number> => {
  let options: EvaluateOptions
  try {
    options = readEvaluateOptions(rawArgs)
  } catch (error) {
    errors.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 2
  }
  try {
    await judge(options, out)
    return 0
  } catch (error) {
    if (!(error instanceof RefusedFile)) throw error
    errors.write(`${error.message}\n`)
    return 2
  }
}
