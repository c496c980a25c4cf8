import { formatAge, printable } from '@assay/client'
import type { ApproachPlan, Plan, PlanLine, Spread } from '@assay/contracts'
import { formatUsd } from '@assay/pricing'
import { formatTable } from '@assay/report'

const dollars = (microUsd: number | null) => (microUsd === null ? 'unknown' : formatUsd(microUsd / 1e6))
const dollarSpread = (spread: Spread | null): string[] =>
  spread === null ? ['unknown', '', ''] : [spread.low, spread.expected, spread.high].map(dollars)
const timeSpread = ({ low, expected, high }: Spread) =>
  `${formatAge(expected * 1000)} (${formatAge(low * 1000)} to ${formatAge(high * 1000)})`

const block = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [[title, ...lines.map((line) => `  ${line}`)].join('\n')]

/** Lines that begin with the approaches' ids, these in one column. */
const byApproach = (approaches: readonly ApproachPlan[], linesOf: (approach: ApproachPlan) => readonly string[]) => {
  const width = Math.max(0, ...approaches.map(({ id }) => id.length))
  return approaches.flatMap((approach) =>
    linesOf(approach).map((line, index) => `${(index === 0 ? approach.id : '').padEnd(width)}  ${line}`),
  )
}

/** Each message with the approaches that it is about, where these are not all. */
const saidOf = (
  approaches: readonly ApproachPlan[],
  messages: readonly { approachIds: readonly string[]; message: string }[],
) =>
  messages.map(({ approachIds, message }) =>
    approachIds.length === 0 || approachIds.length === approaches.length
      ? message
      : `${approachIds.join(', ')}: ${message}`,
  )

/** What the figures rest on, the same of several approaches once. */
const assumptionsOf = (approaches: readonly ApproachPlan[]) => {
  const idsOf = new Map<string, string[]>()
  for (const { id, assumptions, reason } of approaches)
    for (const message of [...assumptions, ...(reason === null ? [] : [reason])])
      idsOf.set(message, [...(idsOf.get(message) ?? []), id])
  return [...idsOf].map(([message, approachIds]) => ({ approachIds, message }))
}

const costTable = ({ approaches, microUsd, worstCaseMicroUsd, wallSeconds }: Plan): string =>
  formatTable([
    ['approach', 'trials', 'trains on', 'takes', 'low $', 'expected $', 'high $', 'at worst', 'from'],
    ...approaches.map((one) => [
      one.id,
      `${one.trials}`,
      one.instanceTypes.join(', '),
      formatAge(one.wallSeconds.expected * 1000),
      ...dollarSpread(one.microUsd),
      dollars(one.worstCaseMicroUsd),
      one.basis === 'past-runs' ? 'past runs' : 'guesses',
    ]),
    ['all', '', '', formatAge(wallSeconds.expected * 1000), ...dollarSpread(microUsd), dollars(worstCaseMicroUsd), ''],
  ])

const lineText = ({ item, instanceType, seconds, microUsd }: PlanLine, { trials }: ApproachPlan): string => {
  const what = item === 'training' && trials > 1 ? `${trials} trials` : item
  return `${[what, instanceType].filter(Boolean).join(' on ')}: ${timeSpread(seconds)}, ${microUsd ? dollars(microUsd.expected) : 'no price known'}`
}

/** Kinds in the order of their creation, under the name that they share. */
const resourceLines = ({ resources }: ApproachPlan): string[] => {
  const kindsOf = new Map<string, string[]>()
  for (const { kind, name } of resources) kindsOf.set(name, [...(kindsOf.get(name) ?? []), kind])
  return [...kindsOf].map(([name, kinds]) => `${name}: ${kinds.join(', ')}`)
}

const requestBlocks = ({ approaches }: Plan): string[] =>
  approaches.flatMap(({ id, requests = [] }) =>
    block(
      `requests of ${id}`,
      requests.flatMap(({ operation, body }) => `${operation} ${JSON.stringify(body, null, 2)}`.split('\n')),
    ),
  )

/** A plan for people: the money first, then what stands behind it, warnings last, where they are seen. */
export const formatPlan = (plan: Plan): string => {
  const { approaches, experimentId, environment, region, images, wallSeconds, budget, quotas, rates } = plan
  const all = images.train + images.validation + images.test
  const blocks = [
    [
      `Plan of ${experimentId === null ? 'an experiment' : `experiment ${experimentId}`} in ${region}. Nothing was changed; "assay submit" with the same options begins it.`,
      `${all} images: ${images.train} to train on, ${images.validation} to validate with, ${images.test} to test on.`,
      ...(environment === 'local' ? ['Local stand-ins; $ are notional (local seconds × SageMaker prices).'] : []),
    ].join('\n'),
    costTable(plan),
    [
      `Approaches run side by side: all take about ${timeSpread(wallSeconds)}.`,
      `At worst: every trial until maxRunSeconds, every endpoint until deadlineHours. ${budget === null ? 'No budget is set.' : `The budget of ${formatUsd(budget.maxUsd)} holds it.`}`,
    ].join('\n'),
    ...block(
      `creates${experimentId === null ? ' ({id} is given at submission)' : ''}`,
      byApproach(approaches, resourceLines),
    ),
    ...block(
      'costs',
      byApproach(approaches, (one) => one.lines.map((line) => lineText(line, one))),
    ),
    ...block('rests on', saidOf(approaches, assumptionsOf(approaches))),
    ...block(
      'quotas',
      quotas.map(({ verdict, name, detail }) => `${verdict.padEnd('unknown'.length)}  ${name}: ${detail}`),
    ),
    ...block('prices', [
      ...rates.map(
        ({ instanceType, use, microUsdPerHour, date, source }) =>
          `${instanceType} ${use} $${microUsdPerHour / 1e6} an hour, ${date}, ${source}`,
      ),
      ...(plan.storageRate
        ? [
            `volumes $${plan.storageRate.microUsdPerGbMonth / 1e6} a GB-month, ${plan.storageRate.date}, ${plan.storageRate.source}`,
          ]
        : []),
    ]),
    ...requestBlocks(plan),
    ...block('warnings', saidOf(approaches, plan.warnings)),
  ]
  return blocks.map((text) => text.split('\n').map(printable).join('\n')).join('\n\n')
}
