import { type Bench, type Calm, runAndJudge } from './calm-run.ts'
import type { Violation } from './invariants.ts'
import type { Scenario } from './scenarios.ts'

/** Fewer than make a job be sent apart, let alone set aside. */
const POINTS_A_STAGE = 2

/** The process kind and the stage of a point: `worker-train: after CreateTrainingJob in train`. */
const placeOf = (point: string): string => {
  const [kind = '', what = ''] = point.split(': ')
  return `${kind}, ${/ in (\S+)$/.exec(what)?.[1] ?? 'no stage'}`
}

/** Why no run can be killed at the point; undefined where one can. */
export const unsweepable = (point: string): { cell: string; why: string } | undefined =>
  point.includes('CreateBucket')
    ? { cell: point, why: 'only the first process of a new bucket comes by, before any experiment' }
    : undefined

/** Points that one run can be killed at: at most two a stage and process kind, so that several runs cover them all. */
export const roundsOf = (points: readonly string[]): string[][] => {
  const places = new Map<string, string[]>()
  for (const point of points.filter((one) => !unsweepable(one)))
    places.set(placeOf(point), [...(places.get(placeOf(point)) ?? []), point])
  const rounds: string[][] = []
  for (const own of places.values())
    for (let from = 0; from < own.length; from += POINTS_A_STAGE)
      (rounds[from / POINTS_A_STAGE] ??= []).push(...own.slice(from, from + POINTS_A_STAGE))
  return rounds
}

export interface SweepResult {
  /** Points at which a process killed itself. */
  died: string[]
  /** Points that this run did not come by. */
  missed: string[]
  violations: Violation[]
}

/** One run of the scenario in which a process dies at each of the points, once. */
export const sweepPoints = async (
  bench: Bench,
  scenario: Scenario,
  calm: Calm,
  points: readonly string[],
): Promise<SweepResult> => {
  const { crash } = bench.stack
  crash.arm(points)
  const violations = await runAndJudge(bench, scenario, calm)
  crash.arm([])
  const all = new Set(crash.died())
  return {
    died: points.filter((point) => all.has(point)),
    missed: points.filter((point) => !all.has(point)),
    violations,
  }
}
