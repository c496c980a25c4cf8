import { type AssayClient, createClient, type Terminal } from '@assay/client'

/** What a command reads and writes besides its arguments. */
export interface CliIo {
  /** The result, on standard output. */
  out: (text: string) => void
  /** Everything else, on standard error: a line. */
  note: (line: string) => void
  /** Where live progress is drawn. */
  progress: Terminal
  env: Readonly<Record<string, string | undefined>>
  /** Aborted by Ctrl-C. */
  signal: AbortSignal
}

export const exitCodes = { ok: 0, failed: 1, usage: 2, auth: 3, budget: 4, interrupted: 130 } as const

/** Ends the command with a code of its own; the message, if any, goes to standard error. */
export class CliExit extends Error {
  override readonly name = 'CliExit'
  readonly code: number
  constructor(code: number, message = '') {
    super(message)
    this.code = code
  }
}

export const defaultUrl = 'http://127.0.0.1:4000'

export const clientOf = ({ env }: CliIo): AssayClient =>
  createClient({ url: env['ASSAY_URL'] || defaultUrl, apiKey: env['ASSAY_API_KEY'] || undefined })
