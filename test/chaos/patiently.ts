import { setTimeout as sleep } from 'node:timers/promises'
import { ProblemError } from '@assay/client'

const GIVE_UP_MS = 90_000

/** A refusal is an answer; everything else may be the chaos that we made: the API or the cloud is away, a body was cut, a key has expired. */
const isAnswer = (error: unknown) => error instanceof ProblemError && error.status < 500

/** Asks again for as long as there is no answer, within reason. */
export const patiently = async <Result>(ask: () => Promise<Result>): Promise<Result> => {
  for (const endMs = performance.now() + GIVE_UP_MS; ; await sleep(50)) {
    try {
      return await ask()
    } catch (error) {
      if (isAnswer(error) || performance.now() > endMs) throw error
    }
  }
}
