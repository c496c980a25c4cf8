import { writeFile } from 'node:fs/promises'
import {
  chooseThreshold,
  type Comparison,
  match,
  type Matching,
  pairedBootstrap,
  parseDetectionsText,
  parseGroundTruthText,
  summarize,
} from '@assay/evaluation'
import { printable } from '@assay/client'
import { CliExit, exitCodes } from '../../cli-io.ts'
import { type EvaluateOptions, RefusedOption, readEvaluateOptions } from './options.ts'
import type { JudgedFile } from './page.ts'
import { RefusedFile, readParsed } from './read-file.ts'
import { evaluationTable } from './table.ts'

const numbersOf = ({ evaluation: { stats, perCategoryAP, perCategoryAP50, perIouMap }, threshold }: JudgedFile) => ({
  stats,
  perCategoryAP,
  perCategoryAP50,
  perIouMap,
  ...(threshold === undefined ? {} : { threshold }),
})

/** Matchings on the images on which thresholds are chosen, in the order of the files. */
const validationMatchings = async (validation: EvaluateOptions['validation']): Promise<Matching[] | undefined> => {
  if (!validation) return undefined
  const groundTruth = await readParsed(validation.groundTruth, parseGroundTruthText)
  const matchings: Matching[] = []
  for (const file of validation.detections)
    matchings.push(match(groundTruth, await readParsed(file, (bytes) => parseDetectionsText(bytes, groundTruth))))
  return matchings
}

const judge = async (
  { groundTruth: path, detections, validation, json, report }: EvaluateOptions,
  out: (text: string) => void,
): Promise<void> => {
  const groundTruth = await readParsed(path, parseGroundTruthText)
  const chosenOn = await validationMatchings(validation)
  const approaches: JudgedFile[] = []
  for (const [index, file] of detections.entries()) {
    const found = await readParsed(file, (bytes) => parseDetectionsText(bytes, groundTruth))
    const matching = match(groundTruth, found)
    approaches.push({
      file,
      found,
      matching,
      evaluation: summarize(matching, groundTruth.categoryIds),
      ...(chosenOn && { threshold: chooseThreshold(chosenOn[index], matching) }),
    })
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
    approaches: approaches.map((approach) => ({ file: approach.file, ...numbersOf(approach) })),
    comparison: comparison ?? null,
  }
  out(`${JSON.stringify({ ...numbersOf(approaches[0]), ...(approaches.length < 2 ? {} : several) }, null, 2)}\n`)
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
