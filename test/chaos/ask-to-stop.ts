import { setTimeout as sleep } from 'node:timers/promises'
import type { ChaosStack } from './chaos-stack.ts'
import type { Violation } from './invariants.ts'

/** What docs/operations.md promises. */
const GONE_WITHIN_MS = 20_000

/** SIGTERM, as a deployment sends it, to a process that has come as far as to take work; whoever looks after the processes starts the next. */
export const askToStop = async (stack: ChaosStack, name: string): Promise<Violation[]> => {
  await stack.untilReady(name)
  const { ended } = stack.process(name)
  await stack.kill(name, 'SIGTERM')
  const late = sleep(GONE_WITHIN_MS, `nothing within ${GONE_WITHIN_MS / 1000} s`, { ref: false })
  const how = await Promise.race([ended, late])
  return how === 'code 0' ? [] : [{ invariant: 'graceful', detail: `${name} ended with ${how}` }]
}
