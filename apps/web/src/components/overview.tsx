import type { ExperimentView } from '@assay/contracts'
import { formatCost, formatTime, secondsBetween } from '../format.ts'
import { formatDuration } from '../format-duration.ts'
import { Age } from './age.tsx'
import { State } from './state.tsx'

const count = (experiment: ExperimentView, ...states: string[]) =>
  experiment.approaches.filter(({ state }) => states.includes(state)).length

/** One sentence on where the approaches stand; also what a screen reader hears when it changes. */
const summarySentence = (experiment: ExperimentView): string => {
  const total = experiment.approaches.length
  const parts = [
    `${count(experiment, 'succeeded')} of ${total} approaches evaluated`,
    ...(['running', 'failed', 'canceled'] as const).flatMap((state) => {
      const met = count(experiment, state)
      return met > 0 ? [`${met} ${state}`] : []
    }),
  ]
  return parts.join(', ')
}

/** Spent so far, expected in all, and the budget; the bill once it has ended. */
const Cost = ({ experiment: { cost, outcome, environment } }: { experiment: ExperimentView }) => {
  const microUsd = outcome?.bill.microUsd ?? cost?.microUsd
  if (microUsd === undefined) return null
  const budget = cost?.budgetMicroUsd ?? null
  const projected = cost?.projectedMicroUsd ?? null
  return (
    <div>
      <dt>{outcome ? 'Cost' : 'Cost so far'}</dt>
      <dd class="num">
        {formatCost(microUsd, environment)}
        {outcome || projected === null ? null : (
          <span class="small">about {formatCost(projected, environment)} in all</span>
        )}
        {budget === null ? null : (
          <span class="bar">
            <progress value={microUsd} max={budget} aria-label="share of the budget that is spent" />
            <span class="small">of ${(budget / 1e6).toFixed(2)}</span>
          </span>
        )}
      </dd>
    </div>
  )
}

const CleanUp = ({ outcome }: Pick<ExperimentView, 'outcome'>) => {
  if (!outcome) return null
  const { remaining } = outcome.cleanup
  return (
    <div>
      <dt>Left in the cloud</dt>
      <dd>
        {remaining.length === 0
          ? 'nothing'
          : remaining.map(({ kind, name }) => (
              <span class="reason" key={name}>
                {kind} {name}
              </span>
            ))}
      </dd>
    </div>
  )
}

/** Sizes of the parts, and what was or was not kept on one side. */
const Split = ({ split }: Pick<ExperimentView, 'split'>) => {
  if (!split) return null
  const { images, grouping } = split
  const { sets, nearDuplicates } = grouping
  return (
    <div>
      <dt>Split</dt>
      <dd class="num">
        {images.train} / {images.validation} / {images.test}
        <span class="small">to train, validate and test on</span>
        {sets > 0 ? <span class="small">{sets} sets of images that belong together</span> : null}
        {nearDuplicates.apart > 0 ? (
          <span class="reason">{nearDuplicates.apart} sets of images that look alike lie in more than one part</span>
        ) : null}
      </dd>
    </div>
  )
}

/** State, times and what is left of the whole experiment. */
export const Overview = ({ experiment, now }: { experiment: ExperimentView; now: string }) => {
  const { state, createdAt, endedAt, datasetId, reason } = experiment
  return (
    <section id="overview" data-title={`${state.replaceAll(/[_-]/g, ' ')} – ${experiment.name}`}>
      <p role="status" class="summary">
        <State state={state} badge /> {summarySentence(experiment)}
      </p>
      {reason ? <p class="reason">{reason.message}</p> : null}
      <dl class="facts">
        <div>
          <dt>Data set</dt>
          <dd>
            <a href={`/datasets#${datasetId}`}>{datasetId}</a>
          </dd>
        </div>
        <div>
          <dt>Submitted</dt>
          <dd>
            <time dateTime={createdAt}>{formatTime(createdAt)}</time>
          </dd>
        </div>
        <div>
          <dt>{endedAt === undefined ? 'Under way for' : 'Took'}</dt>
          <dd class="num">
            {endedAt === undefined ? (
              <Age since={createdAt} now={now} />
            ) : (
              formatDuration(secondsBetween(createdAt, endedAt))
            )}
          </dd>
        </div>
        <Split {...experiment} />
        <Cost experiment={experiment} />
        <CleanUp {...experiment} />
      </dl>
    </section>
  )
}
