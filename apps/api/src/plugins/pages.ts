import { renderProblem } from '@assay/web'
import type { App } from '../app.ts'
import type { ApiContext } from '../context.ts'
import { mapError } from '../map-error.ts'
import { assetsPage } from '../pages/assets.ts'
import { datasetsPage } from '../pages/datasets-page.ts'
import { experimentPage } from '../pages/experiment-page.ts'
import { experimentsPage } from '../pages/experiments-page.ts'
import { livePage } from '../pages/live-page.ts'
import { newPage } from '../pages/new-page.ts'
import { type Page, sendPage } from '../pages/page.ts'
import { problemKindPage } from '../pages/problem-kind-page.ts'
import { preferredType } from '../preferred-type.ts'
import { toProblem } from '../problem-error.ts'
import { logProblem, sendProblem } from './problems.ts'

const pages: readonly Page[] = [
  experimentsPage,
  newPage,
  experimentPage,
  livePage,
  datasetsPage,
  problemKindPage,
  assetsPage,
]

/** The page: only here are forms read, and errors are pages for those who ask for HTML. */
export const addPages = (app: App, context: ApiContext): void => {
  void app.register(async (scope: App) => {
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    )
    scope.setErrorHandler((error, request, reply) => {
      if (preferredType(request.headers.accept, { problem: 'application/problem+json', html: 'text/html' }) !== 'html')
        return sendProblem(error, request, reply)
      const problem = mapError(error, request)
      logProblem(error, problem, request)
      const html = renderProblem({ problem: toProblem(problem, request), environment: context.environment })
      return sendPage(reply.code(problem.status).headers(problem.headers), html)
    })
    for (const page of pages) page(scope, context)
  })
}
