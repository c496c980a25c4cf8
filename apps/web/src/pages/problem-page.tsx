import type { Problem } from '@assay/contracts'
import { Faults } from '../components/faults.tsx'
import { renderPage } from '../layout.tsx'

/** An error as a page, for those who came with a browser. */
export const renderProblem = ({ problem, environment }: { problem: Problem; environment: 'local' | 'aws' }): string =>
  renderPage({
    title: problem.title,
    environment,
    children: (
      <>
        <h1>{problem.title}</h1>
        <p>{problem.detail}</p>
        <Faults id="faults" faults={problem.errors ?? []} />
        <p class="small">
          {problem.status}, request {problem.requestId}. <a href={problem.type}>What this means</a>
        </p>
        <p>
          <a href="/">All experiments</a>
        </p>
      </>
    ),
  })

/** What a kind of problem means; its address is the `type` of the problems of that kind. */
export const renderProblemKind = ({
  title,
  status,
  meaning,
  environment,
}: {
  title: string
  status: number
  meaning: string
  environment: 'local' | 'aws'
}): string =>
  renderPage({
    title,
    environment,
    children: (
      <>
        <h1>{title}</h1>
        <p>{meaning}</p>
        <p class="small">Answered with status {status}.</p>
      </>
    ),
  })
