import { type ExperimentView, terminalStates } from '@assay/contracts'

const hasReport = ({ stages }: ExperimentView) =>
  stages.some(({ stage, state }) => stage === 'report' && state === 'succeeded')

const Cancel = ({ experiment }: { experiment: ExperimentView }) => {
  const { id, state } = experiment
  if (terminalStates.includes(state)) return null
  if (state === 'canceling') return <p class="small">Being stopped and torn down.</p>
  return (
    <details class="cancel" id="cancel">
      <summary>Cancel…</summary>
      <form method="post" action={`/experiments/${id}/cancel`}>
        <p>
          Running jobs are stopped and every endpoint, model and configuration of this experiment is deleted. What has
          been evaluated stays in the report.
        </p>
        <button type="submit" class="danger">
          Stop and tear down
        </button>
      </form>
    </details>
  )
}

/** What one can do with an experiment in its present state. */
export const Actions = ({ experiment }: { experiment: ExperimentView }) => (
  <section id="actions" class="actions" aria-label="Actions">
    {hasReport(experiment) ? (
      <>
        <a class="button" href={`${experiment.links.report}?format=html`}>
          Open the report
        </a>
        <a href={`${experiment.links.report}?format=json`}>Report as JSON</a>
      </>
    ) : (
      <span class="small">
        {terminalStates.includes(experiment.state)
          ? 'It ended without a report.'
          : 'The report comes when every approach has ended.'}
      </span>
    )}
    <a href={experiment.links.self}>This page as JSON</a>
    <Cancel experiment={experiment} />
  </section>
)
