/** What must hold after every run, whatever was done to it. */
export const invariants = {
  'one-job': 'a name is created once: at most one training or tuning job an attempt, exactly one where it succeeded',
  clean: 'nothing is left in the cloud: no endpoint, configuration or model, no running job, no running bill',
  terminal: 'every accepted experiment ends',
  final: 'a terminal outcome never changes',
  result: 'the result is that of the run without faults',
  bill: "the ledger's billed seconds are those of the cloud's own bill",
  accepted: 'what was answered with 202 exists, and the same key answers the same id',
  predicted: 'each test image is predicted exactly once an approach',
  tries: 'waiting for the cloud, for credentials or for quota uses up no try',
  graceful: 'a process that is asked to stop ends what it does and is gone with exit code 0 within 20 s',
  calls: 'no retry storm: at most three times the calls of the run without faults and one a poll interval',
} as const
export type Invariant = keyof typeof invariants

export interface Violation {
  invariant: Invariant
  detail: string
}
