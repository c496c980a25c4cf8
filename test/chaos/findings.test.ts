import { expect, test } from 'vitest'
import { createFindings, type Found } from './findings.ts'

const judge = (...found: Partial<Found>[]) => {
  const lines: string[] = []
  const findings = createFindings((line) => lines.push(line))
  for (const one of found) findings.add('row', { met: [], missed: [], violations: [], ...one })
  findings.print()
  return { isHeld: findings.isHeld(), said: lines.join('\n') }
}

test('a cell that was planned and did not come about is a failure, one that cannot come about is not', () => {
  expect(judge({ met: ['train'] }).isHeld).toBe(true)
  const missed = judge({ met: ['train'] }, { missed: ['tune'] })
  expect(missed.isHeld).toBe(false)
  expect(missed.said).toContain('NOT MET: row: tune')
  expect(missed.said).toContain('1 cells run of 2 in all')
  const impossible = judge({ met: ['train'], impossible: [{ cell: 'split', why: 'it asks for no instance' }] })
  expect(impossible.isHeld).toBe(true)
  expect(impossible.said).toContain('impossible: row: split: it asks for no instance')
})

test('a broken invariant is a failure, and is named with what broke it', () => {
  const { isHeld, said } = judge({ violations: [{ invariant: 'clean', detail: 'model a is left' }] })
  expect(isHeld).toBe(false)
  expect(said).toMatch(/BROKEN {2}clean.*\n *row: model a is left/)
})

test('a soak alone says what it went through, not that no cell was run of none', () => {
  const lines: string[] = []
  const findings = createFindings((line) => lines.push(line))
  findings.addSoak('12 experiments, 210 SIGKILLs, 40 other disturbances')
  findings.print()
  expect(lines.join('\n')).toContain(
    'no cell in the parts that were run, 0 impossible; soak: 12 experiments, 210 SIGKILLs',
  )
})
