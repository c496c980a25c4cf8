import { type Invariant, invariants, type Violation } from './invariants.ts'

/** What was run and what it broke, over all cells. */
export const createFindings = (say: (line: string) => void) => {
  const broken = new Map<Invariant, string[]>()
  const missed: string[] = []
  let cells = 0
  let met = 0
  return {
    /** `label` says how to run it again. */
    add: (
      label: string,
      result: { met: readonly string[]; missed: readonly string[]; violations: readonly Violation[] },
    ) => {
      cells += result.met.length + result.missed.length
      met += result.met.length
      missed.push(...result.missed.map((cell) => `${label}: ${cell}`))
      for (const { invariant, detail } of result.violations)
        broken.set(invariant, [...(broken.get(invariant) ?? []), `${label}: ${detail}`])
      const count = result.met.length + result.missed.length
      const judged =
        result.violations.length === 0
          ? 'held'
          : result.violations.map(({ invariant, detail }) => `${invariant} BROKEN, ${detail}`).join('; ')
      say(`${label}: ${count > 0 ? `${result.met.length} of ${count} cells, ` : ''}${judged}`)
    },
    print: () => {
      for (const cell of missed) say(`not met: ${cell}`)
      say(`\n${met} cells run of ${cells} in all\n`)
      for (const [name, text] of Object.entries(invariants)) {
        const found = broken.get(name as Invariant) ?? []
        say(`${found.length === 0 ? 'held  ' : 'BROKEN'}  ${name.padEnd(10)} ${text}`)
        for (const one of found) say(`          ${one}`)
      }
    },
    isHeld: () => broken.size === 0,
  }
}
export type Findings = ReturnType<typeof createFindings>
