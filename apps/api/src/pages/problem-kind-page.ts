import { renderProblemKind } from '@assay/web'
import { z } from 'zod'
import { ProblemError } from '../problem-error.ts'
import { type ProblemKind, problems } from '../problems.ts'
import { type Page, sendPage } from './page.ts'

const isKind = (word: string): word is ProblemKind => Object.hasOwn(problems, word)

/** The types of problems are addresses, and here is what they lead to. */
export const problemKindPage: Page = (app, { environment }) => {
  app.get(
    '/problems/:kind',
    { config: { public: true }, schema: { hide: true, params: z.object({ kind: z.string() }) } },
    async ({ params: { kind } }, reply) => {
      if (!isKind(kind)) throw new ProblemError('not-found', `there is no kind of problem ${kind}`)
      return sendPage(reply, renderProblemKind({ ...problems[kind], environment }))
    },
  )
}
