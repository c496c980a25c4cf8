import { type Problem, problemSchema } from '@assay/contracts'
import { printable } from './printable.ts'

/** The API refused: its problem details, as readable lines. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly status: number
  readonly problem: Problem

  constructor(problem: Problem) {
    super(describeProblem(problem))
    this.status = problem.status
    this.problem = problem
  }
}

/** The title and detail on the first line, then a line a fault with its JSON pointer. */
export const describeProblem = ({ title, detail, errors = [] }: Problem): string =>
  [
    printable(detail && detail !== title ? `${title}: ${detail}` : title),
    ...errors.map((fault) => printable(`  ${fault.pointer || '(whole body)'}: ${fault.detail}`)),
  ].join('\n')

/** Reads a refusal; an answer that is no problem document becomes one. */
export const readProblem = async (response: Response): Promise<ProblemError> => {
  const text = await response.text()
  const parsed = problemSchema.safeParse(parseJson(text))
  return new ProblemError(
    parsed.success
      ? parsed.data
      : {
          type: 'about:blank',
          title: `${response.status} ${response.statusText}`.trim(),
          status: response.status,
          ...(text ? { detail: text.slice(0, 300) } : {}),
        },
  )
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
