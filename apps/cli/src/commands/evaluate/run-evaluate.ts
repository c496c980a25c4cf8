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
import { printable } from '@assay/client'
import { CliExit, exitCodes } from '../../cli-io.ts'
import { type EvaluateOptions, RefusedOption, readEvaluateOptions } from './options.ts'
import { RefusedFile, readParsed } from './read-file.ts'
import { evaluationTable } from './table.ts'

const numbersOf = ({ stats, perCategoryAP, perCategoryAP50, perIouMap }: Evaluation) => ({
  stats,
  perCategoryAP,
  perCategoryAP50,
  perIouMap,
})

const judge = async (
  { groundTruth: path, detections, json, report }: EvaluateOptions,
  out: (text: string) => void,
): Promise<void> => {
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
    out(evaluationTable(groundTruth, approaches, comparison))
    return
  }
  const several = {
    approaches: approaches.map(({ file, evaluation }) => ({ file, ...numbersOf(evaluation) })),
    comparison: comparison ?? null,
  }
  out(
    `${JSON.stringify({ ...numbersOf(approaches[0].evaluation), ...(approaches.length < 2 ? {} : several) }, null, 2)}\n`,
  )
}

/** Judges files and hands the result to `out`. Throws `CliExit` 2 where the command line or a file is refused, in one line. */
export const runEvaluate = async (rawArgs: readonly string[], out: (text: string) => void): Promise<void> => {
  try {
    await judge(readEvaluateOptions(rawArgs), out)
  } catch (error) {
    if (error instanceof RefusedFile || error instanceof RefusedOption)
      throw new CliExit(exitCodes.usage, printable(error.message))
    throw error
  }
}
