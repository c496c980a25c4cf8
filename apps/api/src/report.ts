import type { ExperimentView, ReportOutput, StoredObject } from '@assay/contracts'
import type { ExperimentRecord } from '@assay/pipeline'
import { z } from 'zod'
import type { ApiContext } from './context.ts'
import { ProblemError } from './problem-error.ts'

/** Throws the 409 that tells where the experiment stands. */
export const requireReport = ({ id, report }: ExperimentRecord, { state }: ExperimentView): ReportOutput => {
  if (report?.status === 'succeeded' && report.output) return report.output
  const why = report?.reason ? `: ${report.reason.message}` : ''
  throw new ProblemError('not-finished', `experiment ${id} is ${state} and has no report${why}`, { members: { state } })
}

/** Looser than the report's own schema: what a newer writer added is passed on. */
const storedReport = z.looseObject({ schemaVersion: z.number() })

/** The stored report with `cleanup` as the terminal outcome knows it: the report is written before clean-up has ended. Bytes, so that nothing is stripped. */
export const readReportJson = async (
  { objects }: Pick<ApiContext, 'objects'>,
  { finish }: ExperimentRecord,
  { json }: ReportOutput,
): Promise<Buffer> => {
  const stored = storedReport.parse(JSON.parse(Buffer.from(await objects.get(json)).toString('utf8')))
  const cleanup = finish?.output?.cleanup
  return Buffer.from(JSON.stringify({ ...stored, cleanup: cleanup ? { remaining: cleanup.remaining } : null }))
}

/** One of the files that the report lists, by its path there. */
export const findReportFile = ({ files }: ReportOutput, path: string): StoredObject | undefined =>
  files.find((file) => file.path === path)?.object

/** The report is made from names that users chose: it may run its own inline script in a sandbox, load nothing, and reach nothing. */
export const reportHeaders = {
  'content-security-policy':
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-scripts allow-downloads allow-popups",
}
