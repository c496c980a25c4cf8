import { type Bench, runCalmly } from './calm-run.ts'
import { roundsOf, sweepPoints, unsweepable } from './crash-sweep.ts'
import type { Findings } from './findings.ts'
import type { Scenario } from './scenarios.ts'

/** So often points that were missed are tried again. */
const LATE_ROUNDS = 6

/** Why a point need not be met where none of the runs that were to die there came by; undefined where it must. */
const chanceOf = (point: string, isSure: boolean): string | undefined => {
  if (!isSure) return 'of two runs without faults only one came by, and none of those that were to die there'
  // Whoever advances an experiment ensures every job that is due, also those that others have ensured already.
  return point.includes(' ensuring ')
    ? 'others may ensure the job first; they did in all runs that were to die there'
    : undefined
}

/**
 * Kills processes at each crash point of a scenario that none before it came by, which `known` remembers. Two runs without faults tell the points: those
 * that both come by must be met, but for those that somebody else may come by first.
 */
export const sweepScenario = async (
  { bench, findings, known }: { bench: Bench; findings: Findings; known: Set<string> },
  scenario: Scenario,
): Promise<void> => {
  const calm = await runCalmly(bench, scenario)
  const again = new Set((await runCalmly(bench, scenario)).points)
  const isSure = (point: string) => again.has(point) && calm.points.includes(point)
  const own = [...new Set([...calm.points, ...again])].filter((point) => !known.has(point))
  for (const point of own) known.add(point)

  const sweep = async (label: string, points: readonly string[]): Promise<string[]> => {
    const result = await sweepPoints(bench, scenario, calm, points)
    findings.add(`crash points, ${scenario.name}, ${label}`, {
      met: result.died,
      missed: [],
      violations: result.violations,
    })
    return result.missed
  }
  let left: string[] = []
  for (const [index, points] of roundsOf(own).entries()) left.push(...(await sweep(`round ${index + 1}`, points)))
  // Again, with fewer deaths around.
  for (let late = 1; late <= LATE_ROUNDS && left.length > 0; late++) {
    const still: string[] = []
    for (const points of roundsOf(left)) still.push(...(await sweep('missed before', points)))
    left = still
  }
  const chances = left.map((cell) => ({ cell, why: chanceOf(cell, isSure(cell)) }))
  findings.add(`crash points, ${scenario.name}`, {
    met: [],
    missed: chances.filter(({ why }) => why === undefined).map(({ cell }) => cell),
    impossible: [
      ...own.flatMap((point) => unsweepable(point) ?? []),
      ...chances.flatMap(({ cell, why }) => (why === undefined ? [] : [{ cell, why }])),
    ],
    violations: [],
  })
}
