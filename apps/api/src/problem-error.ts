import type { Problem } from '@assay/contracts'
import type { Fault } from './context.ts'
import { type ProblemKind, problems } from './problems.ts'

interface ProblemMore {
  errors?: readonly Fault[]
  /** Extension members, such as the state that stands in the way. */
  members?: Readonly<Record<string, unknown>>
  headers?: Readonly<Record<string, string>>
  cause?: unknown
}

/** An answer of 4xx or 5xx, thrown; the edge writes it as application/problem+json. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly kind: ProblemKind
  readonly errors: readonly Fault[]
  readonly members: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>

  constructor(kind: ProblemKind, detail: string, { errors = [], members = {}, headers = {}, cause }: ProblemMore = {}) {
    super(detail, { cause })
    this.kind = kind
    this.errors = errors
    this.members = members
    this.headers = headers
  }

  get status(): number {
    return problems[this.kind].status
  }
}

/** The document of RFC 9457; `type` is a stable relative URI that is served as a page. */
export const toProblem = (error: ProblemError, request: { id?: string; url?: string }): Problem => ({
  type: `/problems/${error.kind}`,
  title: problems[error.kind].title,
  status: error.status,
  detail: error.message,
  ...(request.url === undefined ? {} : { instance: request.url }),
  ...(request.id === undefined ? {} : { requestId: request.id }),
  ...(error.errors.length > 0 ? { errors: [...error.errors] } : {}),
  ...error.members,
})
