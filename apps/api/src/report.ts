import {
  type ExperimentView,
  picturesFileSchema,
  type Report,
  type ReportOutput,
  reportSchema,
  type StoredObject,
} from '@assay/contracts'
import type { ExperimentRecord } from '@assay/pipeline'
import { type PictureUris, renderCsv, renderHtml, renderMarkdown, withFinish } from '@assay/report'
import type { ApiContext } from './context.ts'
import { ProblemError } from './problem-error.ts'

/** Forms of a report and their media types. */
export const reportTypes = {
  json: 'application/json',
  html: 'text/html',
  md: 'text/markdown',
  csv: 'text/csv',
} as const
export type ReportFormat = keyof typeof reportTypes

/** Throws the 409 that tells where the experiment stands. */
export const requireReport = ({ id, report }: ExperimentRecord, { state }: ExperimentView): ReportOutput => {
  if (report?.status === 'succeeded' && report.output) return report.output
  const why = report?.reason ? `: ${report.reason.message}` : ''
  throw new ProblemError('not-finished', `experiment ${id} is ${state} and has no report${why}`, { members: { state } })
}

/**
 * The report as it stands now: written before clean-up had ended, so what the cloud still lists and the last endpoints' dollars come from the
 * terminal outcome. Validated, but not stripped: what a newer writer added is passed on.
 */
const readReport = async (
  { objects }: Pick<ApiContext, 'objects'>,
  { finish }: ExperimentRecord,
  { json }: ReportOutput,
): Promise<Report> => {
  const stored: unknown = JSON.parse(Buffer.from(await objects.get(json)).toString('utf8'))
  reportSchema.parse(stored)
  const report = stored as Report
  return finish?.output ? withFinish(report, finish.output) : report
}

const readPictures = async (
  { objects }: Pick<ApiContext, 'objects'>,
  { pictures }: ReportOutput,
): Promise<PictureUris> => {
  const uris = picturesFileSchema.parse(JSON.parse(Buffer.from(await objects.get(pictures)).toString('utf8')))
  return new Map(Object.entries(uris).map(([id, uri]) => [Number(id), uri]))
}

const renderings: Record<
  ReportFormat,
  (report: Report, pictures: () => Promise<PictureUris>) => string | Promise<string>
> = {
  json: (report) => JSON.stringify(report),
  html: async (report, pictures) => renderHtml(report, await pictures()),
  md: renderMarkdown,
  csv: renderCsv,
}

/** The report in one of its forms. */
export const renderReport = async (
  context: Pick<ApiContext, 'objects'>,
  record: ExperimentRecord,
  output: ReportOutput,
  format: ReportFormat,
): Promise<string> => renderings[format](await readReport(context, record, output), () => readPictures(context, output))

/** One of the files that the report lists, by its path there. */
export const findReportFile = ({ files }: ReportOutput, path: string): StoredObject | undefined =>
  files.find((file) => file.path === path)?.object

/** The report is made from names that users chose: it may run its own inline script in a sandbox, load nothing, and reach nothing. */
export const reportHeaders = {
  'content-security-policy':
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-scripts allow-downloads allow-popups",
}
