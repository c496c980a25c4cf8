import type { ApproachReport, Report } from '@assay/contracts'
import { formatAp } from './format.ts'
import { hardwareOf, ranOnOtherHardware } from './hardware.ts'

type Judged = Pick<ApproachReport, 'id' | 'title' | 'stats' | 'mapInterval' | 'trainingCostUsd' | 'trials'>

const mapOf = ({ stats }: Judged) => stats?.[0] ?? -1
const listed = (items: readonly string[]) =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`

/** Fewer test images than this, and a difference must be large to be seen. */
const lowPowerImages = 100

const pairsSentence = (judged: readonly Judged[], comparison: NonNullable<Report['comparison']>): string => {
  const titles = new Map(judged.map(({ id, title }) => [id, title]))
  const alike = comparison.pairs.filter(({ distinguishable }) => !distinguishable)
  const power =
    comparison.images < lowPowerImages
      ? ` With ${comparison.images} test images only large differences can be seen.`
      : ''
  if (alike.length === 0) return `All pairs of approaches can be told apart.${power}`
  const names = alike.map(({ a, b }) => `${titles.get(a) ?? a} and ${titles.get(b) ?? b}`)
  return `Not distinguishable (the interval of the difference spans 0): ${names.join('; ')}.${power}`
}

/**
 * What the numbers say, by a fixed rule. The winner has the highest mAP (the first in the spec on a tie). The bargain is the cheapest to train
 * among the winner and all that cannot be told from it. The sentences hold no amounts of money, so two runs of one experiment read the same.
 */
export const verdictOf = (approaches: readonly Judged[], comparison: Report['comparison']): Report['verdict'] => {
  const judged = approaches.filter(({ stats }) => stats !== null)
  const winner = judged.reduce<Judged | undefined>(
    (best, approach) => (best === undefined || mapOf(approach) > mapOf(best) ? approach : best),
    undefined,
  )
  if (!winner)
    return { winner: null, bargain: null, sentences: ['No approach was evaluated, so there is nothing to compare.'] }
  const interval = winner.mapInterval
    ? ` (95 % interval ${formatAp(winner.mapInterval.low)} to ${formatAp(winner.mapInterval.high)})`
    : ''
  const first = `${winner.title} has the highest mAP: ${formatAp(mapOf(winner))}${interval}.`
  if (judged.length === 1 || !comparison)
    return {
      winner: winner.id,
      bargain: winner.trainingCostUsd === null ? null : winner.id,
      sentences: [first, 'No other approach was evaluated, so there is nothing to compare it with.'],
    }
  const alikeIds = new Set(
    comparison.pairs
      .filter(({ distinguishable, a, b }) => !distinguishable && (a === winner.id || b === winner.id))
      .flatMap(({ a, b }) => [a, b]),
  )
  const alike = judged.filter(({ id }) => id !== winner.id && alikeIds.has(id))
  const bargain = [winner, ...alike].reduce<Judged | undefined>((best, approach) => {
    if (approach.trainingCostUsd === null) return best
    return best?.trainingCostUsd == null || approach.trainingCostUsd < best.trainingCostUsd ? approach : best
  }, undefined)
  const choice = () => {
    if (!bargain) return 'Which of them is the cheapest is not known, since a price is missing.'
    if (bargain.id === winner.id) return 'It is also the cheapest of them to train.'
    const hardware = ranOnOtherHardware(bargain, winner)
      ? `, which ran on other hardware (${hardwareOf(bargain).join(', ')} against ${hardwareOf(winner).join(', ')})`
      : ''
    return `The cheapest of them to train is ${bargain.title}${hardware}.`
  }
  const second =
    alike.length === 0
      ? 'Its lead over every other approach is more than chance.'
      : `On this test part it cannot be told from ${listed(alike.map(({ title }) => title))}. ${choice()}`
  return {
    winner: winner.id,
    bargain: bargain?.id ?? null,
    sentences: [first, second, pairsSentence(judged, comparison)],
  }
}
