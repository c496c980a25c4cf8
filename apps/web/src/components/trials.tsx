import {
  type ApproachDetail,
  type ApproachView,
  countTrials,
  type LiveTrial,
  trialsOf,
  type TuningSpec,
} from '@assay/contracts'
import { formatFigures, secondsBetween } from '../format.ts'
import { formatDuration } from '../format-duration.ts'
import { trialLooks } from '../words.ts'
import { Icon } from './icon.tsx'

export const trialsId = ({ id }: Pick<ApproachView, 'id'>): string => `trials-${id}`

export interface TrialsProps {
  approach: Pick<ApproachView, 'id' | 'title'>
  experimentId: string
  tuning: TuningSpec
  /** None while the cloud does not tell. */
  detail: ApproachDetail | undefined
  now: string
}

const Status = ({ status, failureReason }: LiveTrial) => {
  const look = trialLooks[status] ?? 'idle'
  return (
    <>
      <span class={`state ${look}`}>
        <Icon look={look} />
        {status === 'InProgress' ? 'running' : status.toLowerCase()}
      </span>
      {failureReason ? <span class="reason">{failureReason}</span> : null}
    </>
  )
}

const timeOf = ({ startedAt, endedAt }: LiveTrial, now: string) =>
  startedAt === undefined ? '–' : formatDuration(secondsBetween(startedAt, endedAt ?? now))

const Row = ({ trial, names, now }: { trial: LiveTrial; names: readonly string[]; now: string }) => (
  <tr class={trial.best ? 'best' : undefined}>
    <td>
      <Status {...trial} />
    </td>
    <td class="num">
      {trial.objective === undefined ? '–' : formatFigures(String(trial.objective))}
      {trial.best ? (
        <>
          {' '}
          <abbr title="The best of these">★</abbr>
        </>
      ) : null}
    </td>
    {names.map((name) => (
      <td class="num" key={name}>
        {formatFigures(trial.hyperparameters[name] ?? '–')}
      </td>
    ))}
    <td class="num">{timeOf(trial, now)}</td>
    <td>
      <code>{trial.name}</code>
    </td>
  </tr>
)

const summaryOf = (trials: readonly LiveTrial[], { maxTrials }: TuningSpec, metric: string): string => {
  const { completed, failed, stopped } = countTrials(trials)
  const counts = [
    [completed, 'completed'],
    [trials.length - completed - failed - stopped, 'running'],
    [failed, 'failed'],
    [stopped, 'stopped'],
  ] as const
  const met = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`)
  const best = trials.find((trial) => trial.best)?.objective
  return [
    `${met.join(', ')} of ${maxTrials}`,
    best === undefined ? 'none has a result yet' : `best ${metric} ${formatFigures(String(best))}`,
  ].join('; ')
}

const Stop = ({ id, experimentId, detail }: { id: string; experimentId: string; detail: ApproachDetail }) => {
  if (detail.liveTrials.length === 0) return null
  if (detail.tuningStopRequestedAt !== undefined)
    return <p class="small">Being stopped; the best trial so far is kept.</p>
  // Without a trial that has a model there is nothing to go on with, and the approach would fail.
  if (!detail.liveTrials.some(({ best }) => best)) return null
  return (
    <form method="post" action={`/experiments/${experimentId}/approaches/${id}/stop-tuning`}>
      <button type="submit" class="quiet">
        Stop tuning, keep the best so far
      </button>
    </form>
  )
}

/** The trials of a tuned approach as they run or as they ended, and the way to end them early. */
export const Trials = ({ approach, experimentId, tuning, detail, now }: TrialsProps) => {
  const { id, title } = approach
  const trials = detail ? trialsOf(detail) : []
  const names = Object.keys(tuning.ranges)
  const metric = detail?.objective?.metric ?? tuning.objective?.metric ?? 'objective'
  return (
    <section id={trialsId(approach)} class="trials" aria-label={`Trials of ${title}`}>
      {detail === undefined || trials.length === 0 ? (
        <p>
          <b>{title}</b>{' '}
          <span class="small">{detail ? 'no trial has begun' : 'the cloud does not tell its trials now'}</span>
        </p>
      ) : (
        <>
          <details id={`${trialsId(approach)}-list`}>
            <summary>
              <b>{title}</b> <span class="num">{summaryOf(trials, tuning, metric)}</span>
            </summary>
            <div class="scroll">
              <table class="list">
                <thead>
                  <tr>
                    <th scope="col">Status</th>
                    <th scope="col" class="num">
                      {metric}
                    </th>
                    {names.map((name) => (
                      <th scope="col" class="num" key={name}>
                        {name}
                      </th>
                    ))}
                    <th scope="col" class="num">
                      Time
                    </th>
                    <th scope="col">Trial</th>
                  </tr>
                </thead>
                <tbody>
                  {trials.map((trial) => (
                    <Row key={trial.name} trial={trial} names={names} now={now} />
                  ))}
                </tbody>
              </table>
            </div>
          </details>
          <Stop id={id} experimentId={experimentId} detail={detail} />
        </>
      )}
    </section>
  )
}
