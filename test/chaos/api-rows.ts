import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '@assay/client'
import { askToStop } from './ask-to-stop.ts'
import type { ChaosStack } from './chaos-stack.ts'
import type { Violation } from './invariants.ts'

/** Something that is done to the API while it answers and an experiment runs. */
export interface ApiRow {
  fault: string
  act: (stack: ChaosStack) => Promise<readonly Violation[]>
}

/** So long an answer is held at its write, so that it is surely under way. */
const HELD_MS = 1_500
const LOOK_EVERY_MS = 20

/** Registers a data set, whose write is held, and asks the API to stop meanwhile: it must answer before it goes. */
const stopWhileItAnswers = async (stack: ChaosStack): Promise<Violation[]> => {
  const { cloud, apiUrl } = stack
  const write = { service: 's3', operation: 'PutObject', resource: 'datasets/.*/record\\.json$' }
  const rule = await cloud.addFault({ ...write, count: 1, effect: { delayMs: HELD_MS } })
  const answer = createClient({ url: apiUrl })
    .registerDataset({ name: 'asked while it stops', upload: true })
    .then(
      () => [],
      (error: unknown): Violation[] => [
        { invariant: 'graceful', detail: `its request got no answer: ${String(error)}` },
      ],
    )
  while (((await cloud.hits()).get(rule) ?? 0) === 0) await sleep(LOOK_EVERY_MS)
  const stopped = await askToStop(stack, 'api')
  await cloud.removeFault(rule)
  return [...stopped, ...(await answer)]
}

export const apiRows: readonly ApiRow[] = [{ fault: 'the API asked to stop while it answers', act: stopWhileItAnswers }]
