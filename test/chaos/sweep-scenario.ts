import { type Bench, runCalmly } from './calm-run.ts'
import { roundsOf, sweepPoints, unsweepable } from './crash-sweep.ts'
import type { Findings } from './findings.ts'
import type { Scenario } from './scenarios.ts'

/** So often points that were missed are tried again. */
const LATE_ROUNDS = 3

/** Kills processes at each crash point of a scenario that none before it came by, which `known` remembers. */
export const sweepScenario = async (
  { bench, findings, known }: { bench: Bench; findings: Findings; known: Set<string> },
  scenario: Scenario,
): Promise<void> => {
  const calm = await runCalmly(bench, scenario)
  const own = calm.points.filter((point) => !known.has(point))
  for (const point of own) known.add(point)
  const missed: string[] = []
  for (const [index, points] of roundsOf(own).entries()) {
    const result = await sweepPoints(bench, scenario, calm, points)
    missed.push(...result.missed)
    findings.add(`crash points, ${scenario.name}, round ${index + 1}`, {
      met: result.died,
      missed: [],
      violations: result.violations,
    })
  }
  // Which process comes by some points is a matter of timing: again, with fewer deaths around.
  let left = missed
  for (let round = 1; round <= LATE_ROUNDS && left.length > 0; round++) {
    const still: string[] = []
    for (const points of roundsOf(left)) {
      const result = await sweepPoints(bench, scenario, calm, points)
      still.push(...result.missed)
      findings.add(`crash points, ${scenario.name}, missed before`, {
        met: result.died,
        missed: round === LATE_ROUNDS ? result.missed : [],
        violations: result.violations,
      })
    }
    left = still
  }
  findings.add(`crash points, ${scenario.name}`, {
    met: [],
    missed: [],
    impossible: own.flatMap((point) => unsweepable(point) ?? []),
    violations: [],
  })
}
