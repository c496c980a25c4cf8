/** What one look found. `warning`: it may do harm, or could not be seen. */
export interface Finding {
  check: string
  status: 'ok' | 'warning' | 'failed'
  detail: string
  /** What to do; with everything but `ok`. */
  advice?: string
}

export const ok = (check: string, detail: string): Finding => ({ check, status: 'ok', detail })
export const warning = (check: string, detail: string, advice: string): Finding => ({
  check,
  status: 'warning',
  detail,
  advice,
})
export const failed = (check: string, detail: string, advice: string): Finding => ({
  check,
  status: 'failed',
  detail,
  advice,
})

const refusals = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'])

export const reasonOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message || 'no answer'}` : String(error)

/** An error of a look as a finding: a refusal means that it cannot be seen, anything else that it does not work. */
export const fromError = (
  check: string,
  error: unknown,
  { allow, advice }: { allow: string; advice: string },
): Finding =>
  error instanceof Error && refusals.has(error.name)
    ? warning(check, `not readable (${reasonOf(error)})`, `allow ${allow} to whoever runs the doctor, or check by hand`)
    : failed(check, reasonOf(error), advice)
