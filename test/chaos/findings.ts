import { type Invariant, invariants, type Violation } from './invariants.ts'

/** What was planned, and what became of it. */
export interface Found {
  /** Cells, by name, that came about. */
  met: readonly string[]
  /** Cells that should have come about and did not: as good as a broken invariant, for nothing was shown. */
  missed: readonly string[]
  /** Cells that cannot come about, and why: no part of the plan, but said. */
  impossible?: readonly { cell: string; why: string }[]
  violations: readonly Violation[]
}

/** What was run and what it broke, over all cells. */
export const createFindings = (say: (line: string) => void) => {
  const broken = new Map<Invariant, string[]>()
  const missed: string[] = []
  const impossible: string[] = []
  const soaks: string[] = []
  let met = 0
  return {
    /** `label` says how to run it again. */
    add: (label: string, result: Found) => {
      met += result.met.length
      missed.push(...result.missed.map((cell) => `${label}: ${cell}`))
      impossible.push(...(result.impossible ?? []).map(({ cell, why }) => `${label}: ${cell}: ${why}`))
      for (const { invariant, detail } of result.violations)
        broken.set(invariant, [...(broken.get(invariant) ?? []), `${label}: ${detail}`])
      const count = result.met.length + result.missed.length
      const judged =
        result.violations.length === 0
          ? 'held'
          : result.violations.map(({ invariant, detail }) => `${invariant} BROKEN, ${detail}`).join('; ')
      say(`${label}: ${count > 0 ? `${result.met.length} of ${count} cells, ` : ''}${judged}`)
    },
    /** What a soak, which has no cells, went through. */
    addSoak: (went: string) => {
      soaks.push(went)
      say(`soak: ${went}`)
    },
    print: () => {
      for (const cell of impossible) say(`impossible: ${cell}`)
      for (const cell of missed) say(`NOT MET: ${cell}`)
      const cells = met + missed.length
      const counted = cells > 0 ? `${met} cells run of ${cells} in all` : 'no cell in the parts that were run'
      say(`\n${[`${counted}, ${impossible.length} impossible`, ...soaks.map((went) => `soak: ${went}`)].join('; ')}\n`)
      for (const [name, text] of Object.entries(invariants)) {
        const found = broken.get(name as Invariant) ?? []
        say(`${found.length === 0 ? 'held  ' : 'BROKEN'}  ${name.padEnd(10)} ${text}`)
        for (const one of found) say(`          ${one}`)
      }
    },
    /** Every invariant held, and every cell came about. */
    isHeld: () => broken.size === 0 && missed.length === 0,
  }
}
export type Findings = ReturnType<typeof createFindings>
