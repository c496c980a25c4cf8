import { type Bench, runCalmly } from './calm-run.ts'
import { roundsOf, sweepPoints, unsweepable } from './crash-sweep.ts'
import type { Findings } from './findings.ts'
import type { Scenario } from './scenarios.ts'

/** So often points that were missed are tried again. */
const LATE_ROUNDS = 3

/** Which of several processes ensures a job, or whether the reconciler comes first, is a matter of timing. */
const BY_CHANCE = 'a matter of timing: of two runs without faults only one came by, and no run after them'

/**
 * Kills processes at each crash point of a scenario that none before it came by, which `known` remembers. Two runs without faults tell the points: those
 * that both come by must be met.
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
  findings.add(`crash points, ${scenario.name}`, {
    met: [],
    missed: left.filter(isSure),
    impossible: [
      ...own.flatMap((point) => unsweepable(point) ?? []),
      ...left.filter((point) => !isSure(point)).map((cell) => ({ cell, why: BY_CHANCE })),
    ],
    violations: [],
  })
}
