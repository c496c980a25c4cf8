export { createJanitor } from './create-janitor.ts'
export { listRemaining } from './list-remaining.ts'
export { removeResource } from './remove-resource.ts'
export { type SweepDeps, sweepOrphans } from './sweep-orphans.ts'
