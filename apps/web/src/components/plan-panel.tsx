import type { ApproachPlan, Plan, Spread } from '@assay/contracts'
import { formatUsd, usdOf } from '@assay/pricing'
import { formatCount } from '../format.ts'
import { formatDuration } from '../format-duration.ts'
import { Faults, type ShownFault } from './faults.tsx'

export interface PlanPanelProps {
  plan?: Plan
  /** Why there is none. */
  faults?: readonly ShownFault[]
}

const dollars = (microUsd: number): string => formatUsd(usdOf(microUsd))

const Dollars = ({ spread }: { spread: Spread | null }) =>
  spread === null ? (
    <td class="num">unknown</td>
  ) : (
    <td class="num">
      {dollars(spread.expected)}
      <span class="small">
        {dollars(spread.low)} to {dollars(spread.high)}
      </span>
    </td>
  )

const Time = ({ spread: { low, expected, high } }: { spread: Spread }) => (
  <td class="num">
    {formatDuration(expected)}
    <span class="small">
      {formatDuration(low)} to {formatDuration(high)}
    </span>
  </td>
)

const Worst = ({ microUsd }: { microUsd: number | null }) => (
  <td class="num">{microUsd === null ? 'unknown' : dollars(microUsd)}</td>
)

const Row = ({ approach }: { approach: ApproachPlan }) => (
  <tr>
    <th scope="row">
      {approach.title}
      <span class="small">
        {approach.trials > 1 ? `${approach.trials} trials, ${approach.parallel} at a time, ` : ''}
        {approach.instanceTypes.join(', then ')}
      </span>
    </th>
    <Dollars spread={approach.microUsd} />
    <Worst microUsd={approach.worstCaseMicroUsd} />
    <Time spread={approach.wallSeconds} />
    <td>
      <span>{approach.basis === 'past-runs' ? 'past runs' : 'guesses'}</span>
      <ul class="small plain">
        {[...approach.assumptions, ...(approach.reason === null ? [] : [approach.reason])].map((assumption) => (
          <li key={assumption}>{assumption}</li>
        ))}
      </ul>
    </td>
  </tr>
)

const Warnings = ({ plan: { warnings, quotas } }: { plan: Plan }) => {
  const unknown = quotas.filter(({ verdict }) => verdict === 'unknown').length
  return (
    <ul class="warnings">
      {warnings.map(({ approachIds, message }) => (
        <li key={message}>
          {approachIds.length === 0 ? null : <b>{approachIds.join(', ')}: </b>}
          {message}
        </li>
      ))}
      {unknown > 0 ? <li>{formatCount(unknown)} instance quotas are not known; a job beyond a quota waits.</li> : null}
    </ul>
  )
}

const Figures = ({ plan }: { plan: Plan }) => (
  <>
    <p class="small">
      {plan.environment === 'local' ? 'Notional $ of local stand-ins. ' : ''}
      {formatCount(plan.images.train)} images to train on, {formatCount(plan.images.validation)} to validate with,{' '}
      {formatCount(plan.images.test)} to test on. At worst: every trial until maxRunSeconds, every endpoint until
      deadlineHours. Nothing has been created.
    </p>
    <div class="scroll">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">Approach</th>
            <th scope="col" class="num">
              Expected cost
            </th>
            <th scope="col" class="num">
              At worst
            </th>
            <th scope="col" class="num">
              Takes
            </th>
            <th scope="col">From</th>
          </tr>
        </thead>
        <tbody>
          {plan.approaches.map((approach) => (
            <Row key={approach.id} approach={approach} />
          ))}
          <tr>
            <th scope="row">All</th>
            <Dollars spread={plan.microUsd} />
            <Worst microUsd={plan.worstCaseMicroUsd} />
            <Time spread={plan.wallSeconds} />
            <td>{plan.budget === null ? 'no budget' : `within the budget of $${plan.budget.maxUsd}`}</td>
          </tr>
        </tbody>
      </table>
    </div>
    <Warnings plan={plan} />
  </>
)

/** What the form's experiment would cost and take, or why it cannot be said; empty until asked for. */
export const PlanPanel = ({ plan, faults = [] }: PlanPanelProps) => (
  <section id="plan" aria-live="polite">
    {plan || faults.length > 0 ? <h2>Plan</h2> : null}
    {plan ? <Figures plan={plan} /> : null}
    {faults.length > 0 ? (
      <>
        <p>It could not be submitted like this:</p>
        <Faults id="plan-faults" faults={faults} />
      </>
    ) : null}
  </section>
)
