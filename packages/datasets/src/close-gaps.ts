import type { DatasetImage, PartName } from '@assay/contracts'
import { groupBy } from './group-by.ts'

type Sets = Map<DatasetImage[], PartName>

/** Sets of a part by their size; those that were dealt last come last. */
const bySize = (partOf: Sets, part: PartName) =>
  groupBy(
    [...partOf].flatMap(([set, own]) => (own === part ? [set] : [])),
    ({ length }) => length,
  )

/** A set of the part that has too many, and one (or none) to take in return, after which both parts are nearest to their totals. */
const bestExchange = (partOf: Sets, from: PartName, to: PartName, surplus: number, lack: number) => {
  const given = bySize(partOf, from)
  const taken: [number, DatasetImage[][]][] = [[0, []], ...bySize(partOf, to)]
  let best: { give: DatasetImage[]; take: DatasetImage[] | undefined; off: number } | undefined
  for (const [size, sets] of given)
    for (const [back, others] of taken) {
      const moved = size - back
      const off = Math.abs(surplus - moved) + Math.abs(lack - moved)
      const give = sets.at(-1)
      if (give && moved > 0 && off < (best?.off ?? surplus + lack)) best = { give, take: others.at(-1), off }
    }
  return best
}

/** Lets sets of different sizes change places as long as that brings two parts nearer to their totals. Changes `partOf`. */
export const closeGaps = (partOf: Sets, totals: Readonly<Record<PartName, number>>): void => {
  const parts = Object.keys(totals) as PartName[]
  for (;;) {
    const over = new Map(parts.map((part) => [part, -totals[part]]))
    for (const [set, part] of partOf) over.set(part, (over.get(part) ?? 0) + set.length)
    const exchanges = parts.flatMap((from) =>
      parts.flatMap((to) => {
        const [surplus, lack] = [over.get(from) ?? 0, -(over.get(to) ?? 0)]
        const best = surplus > 0 && lack > 0 ? bestExchange(partOf, from, to, surplus, lack) : undefined
        return best ? [{ ...best, from, to, gain: surplus + lack - best.off }] : []
      }),
    )
    const [exchange] = exchanges.sort((a, b) => b.gain - a.gain)
    if (!exchange) return
    partOf.set(exchange.give, exchange.to)
    if (exchange.take) partOf.set(exchange.take, exchange.from)
  }
}
