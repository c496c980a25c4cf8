import { formatAge, printable } from '@assay/client'
import type { ApproachPlan, Plan, Spread } from '@assay/contracts'
import { formatUsd } from '@assay/pricing'
import { formatTable } from '@assay/report'

const dollars = (microUsd: number | null) => (microUsd === null ? 'unknown' : formatUsd(microUsd / 1e6))
const dollarSpread = (spread: Spread | null): string[] =>
  spread === null ? ['unknown', '', ''] : [spread.low, spread.expected, spread.high].map(dollars)
const timeSpread = ({ low, expected, high }: Spread) =>
  `${formatAge(expected * 1000)} (${formatAge(low * 1000)} to ${formatAge(high * 1000)})`

const costTable = ({ approaches, microUsd, worstCaseMicroUsd }: Plan): string =>
  formatTable([
    ['approach', 'trials', 'trains on', 'low', 'expected', 'high', 'at worst', 'from'],
    ...approaches.map((one) => [
      one.id,
      `${one.trials}`,
      one.instanceTypes.join(', '),
      ...dollarSpread(one.microUsd),
      dollars(one.worstCaseMicroUsd),
      one.basis === 'past-runs' ? 'past runs' : 'guesses',
    ]),
    ['all', '', '', ...dollarSpread(microUsd), dollars(worstCaseMicroUsd), ''],
  ])

const details = ({ id, resources, lines, assumptions, reason, requests = [] }: ApproachPlan): string =>
  [
    id,
    ...resources.map(({ kind, name }) => `  creates ${kind} ${name}`),
    ...lines.map(
      ({ item, instanceType, seconds, microUsd }) =>
        `  ${[item, instanceType].filter(Boolean).join(' on ')}: ${timeSpread(seconds)}, ${microUsd ? dollars(microUsd.expected) : 'no price known'}`,
    ),
    ...assumptions.map((assumption) => `  ${assumption}`),
    ...(reason === null ? [] : [`  ${reason}`]),
    ...requests.map(
      ({ operation, body }) => `  ${operation} ${JSON.stringify(body, null, 2).replaceAll('\n', '\n  ')}`,
    ),
  ].join('\n')

/** A plan for people: the money first, then what stands behind it. */
export const formatPlan = (plan: Plan): string => {
  const { experimentId, environment, region, images, wallSeconds, budget, quotas, rates, storageRate, warnings } = plan
  const blocks = [
    [
      `${experimentId === null ? 'id given at submission' : `experiment ${experimentId}`}, ${images.train} / ${images.validation} / ${images.test} images, ${region}`,
      ...(environment === 'local' ? ['Local stand-ins; $ are notional (local seconds × SageMaker prices).'] : []),
      'Nothing was changed.',
    ].join('\n'),
    costTable(plan),
    [
      `takes about ${timeSpread(wallSeconds)}`,
      budget === null ? 'no budget' : `budget ${formatUsd(budget.maxUsd)}, which the worst case fits`,
    ].join('\n'),
    ...plan.approaches.map(details),
    ...(quotas.length === 0
      ? []
      : [['quotas', ...quotas.map(({ verdict, name, detail }) => `  ${verdict}  ${name}: ${detail}`)].join('\n')]),
    [
      'prices',
      ...rates.map(
        ({ instanceType, use, microUsdPerHour, date, source }) =>
          `  ${instanceType} ${use} $${microUsdPerHour / 1e6} an hour, ${date}, ${source}`,
      ),
      ...(storageRate
        ? [`  volumes $${storageRate.microUsdPerGbMonth / 1e6} a GB-month, ${storageRate.date}, ${storageRate.source}`]
        : []),
    ].join('\n'),
    ...(warnings.length === 0
      ? []
      : [
          [
            'warnings',
            ...warnings.map(
              ({ approachId, message }) => `  ${approachId === undefined ? '' : `${approachId}: `}${message}`,
            ),
          ].join('\n'),
        ]),
  ]
  return blocks.map((block) => block.split('\n').map(printable).join('\n')).join('\n\n')
}
