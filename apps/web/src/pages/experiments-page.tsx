import type { ExperimentSummary } from '@assay/contracts'
import { Age } from '../components/age.tsx'
import { State } from '../components/state.tsx'
import { formatScore, formatTime } from '../format.ts'
import { renderPage } from '../layout.tsx'

export interface ExperimentsPageProps {
  environment: 'local' | 'aws'
  experiments: readonly ExperimentSummary[]
  nextCursor: string | null
  now: string
}

const best = ({ approaches }: ExperimentSummary) =>
  approaches
    .flatMap(({ id, map }) => (map === undefined ? [] : [{ id, map }]))
    .sort((one, other) => other.map - one.map)[0]

const Row = ({ experiment, now }: { experiment: ExperimentSummary; now: string }) => {
  const winner = best(experiment)
  const evaluated = experiment.approaches.filter(({ map }) => map !== undefined).length
  return (
    <tr>
      <th scope="row">
        <a href={`/experiments/${experiment.id}`}>{experiment.name}</a>
        <span class="small">{experiment.id}</span>
      </th>
      <td>
        <State state={experiment.state} />
      </td>
      <td class="num">
        {evaluated} of {experiment.approaches.length}
      </td>
      <td>
        {winner ? (
          <>
            <span class="num">{formatScore(winner.map)}</span> <span class="small inline">{winner.id}</span>
          </>
        ) : (
          <span class="small">–</span>
        )}
      </td>
      <td>
        <time dateTime={experiment.createdAt} title={formatTime(experiment.createdAt)}>
          <Age since={experiment.createdAt} now={now} /> ago
        </time>
      </td>
    </tr>
  )
}

const Empty = () => (
  <div class="empty">
    <p>No experiment yet. An experiment trains one data set in several ways and measures what each is worth.</p>
    <p>
      <a class="button" href="/datasets">
        Register a data set
      </a>{' '}
      <a href="/new">or submit an experiment</a>
    </p>
  </div>
)

export const renderExperiments = ({ environment, experiments, nextCursor, now }: ExperimentsPageProps): string =>
  renderPage({
    title: 'Experiments',
    environment,
    at: '/',
    children: (
      <>
        <h1>Experiments</h1>
        {experiments.length === 0 ? (
          <Empty />
        ) : (
          <div class="scroll">
            <table class="list">
              <thead>
                <tr>
                  <th scope="col">Experiment</th>
                  <th scope="col">State</th>
                  <th scope="col" class="num">
                    Evaluated
                  </th>
                  <th scope="col">Best mAP</th>
                  <th scope="col">Submitted</th>
                </tr>
              </thead>
              <tbody>
                {experiments.map((experiment) => (
                  <Row key={experiment.id} experiment={experiment} now={now} />
                ))}
              </tbody>
            </table>
          </div>
        )}
        {nextCursor === null ? null : (
          <p>
            <a href={`/?cursor=${encodeURIComponent(nextCursor)}`} rel="next">
              Older experiments
            </a>
          </p>
        )}
      </>
    ),
  })
