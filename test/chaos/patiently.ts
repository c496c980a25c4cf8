import { setTimeout as sleep } from 'node:timers/promises'
import { ProblemError } from '@assay/client'

/** Counted, not timed: a machine that stood still has not asked. */
const MOST_TRIES = 1_800
const ASK_EVERY_MS = 50

/** A refusal is an answer; everything else may be the chaos that we made: the API or the cloud is away, a body was cut, a key has expired. */
const isAnswer = (error: unknown) => error instanceof ProblemError && error.status < 500

/** Asks again for as long as there is no answer, within reason. */
export const patiently = async <Result>(ask: () => Promise<Result>): Promise<Result> => {
  for (let tries = 1; ; tries++) {
    try {
      return await ask()
    } catch (error) {
      if (isAnswer(error) || tries >= MOST_TRIES) throw error
      await sleep(ASK_EVERY_MS)
    }
  }
}
