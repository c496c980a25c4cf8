import { type Bench, type Calm, type Disturbance, runAndJudge } from './calm-run.ts'
import { burntTries, type FaultRow } from './fault-rows.ts'
import type { Found } from './findings.ts'
import type { Scenario } from './scenarios.ts'
import { type ChaosStage, chaosStages } from './stages.ts'

/** One run in which every stage meets the fault. */
export const runFaultRow = async (
  bench: Bench,
  scenario: Scenario,
  calm: Calm,
  row: FaultRow,
  company: Pick<Disturbance, 'inCompany'> = {},
): Promise<Found> => {
  const { cloud } = bench.stack
  const rules = new Map<string, number[]>()
  const violations = await runAndJudge(bench, scenario, calm, {
    ...company,
    prepare: async (id) => {
      for (const stage of chaosStages) {
        const ids = await Promise.all(row.rules(stage, id).map(cloud.addFault))
        if (ids.length > 0) rules.set(stage.name, ids)
      }
    },
    ...(row.costsNoTry ? { check: burntTries } : {}),
  })
  const hits = await cloud.hits()
  const isMet = (ids: number[]) => ids.some((id) => (hits.get(id) ?? 0) > 0)
  await Promise.all([...rules.values()].flat().map(cloud.removeFault))
  const { elsewhere } = row
  const isAimedAt = ({ name }: ChaosStage) => rules.has(name)
  return {
    met: [...rules].filter(([, ids]) => isMet(ids)).map(([stage]) => stage),
    missed: [...rules].filter(([, ids]) => !isMet(ids)).map(([stage]) => stage),
    impossible:
      elsewhere === undefined
        ? []
        : chaosStages.filter((stage) => !isAimedAt(stage)).map(({ name }) => ({ cell: name, why: elsewhere })),
    violations,
  }
}
