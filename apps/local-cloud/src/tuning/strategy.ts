/** A trial as a strategy sees it. */
export interface ObservedTrial {
  /** Tuned values by name. */
  values: Record<string, string>
  /** Objective turned so that less is better; absent while there is none. */
  loss?: number
  running: boolean
  /** Losses after each epoch, as far as it got. */
  lossByEpoch: readonly number[]
}

/** What to try next: the values, `wait` until a trial has ended, or `done` when there is nothing left to try. */
type Proposal = { values: Record<string, string>; epochs?: number } | 'wait' | 'done'

/** A way of choosing. Pure: the same trials give the same proposal. */
export interface Strategy {
  /** Trial number `index`, from 0, given those before it and those of a warm start's parents. */
  propose(index: number, trials: readonly ObservedTrial[], parents?: readonly ObservedTrial[]): Proposal
}
