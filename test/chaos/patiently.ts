import { setTimeout as sleep } from 'node:timers/promises'
import { ProblemError } from '@assay/client'

const isPassing = (error: unknown) =>
  error instanceof TypeError || (error instanceof ProblemError && error.status >= 500)

/** Asks the API again for as long as it cannot be reached or says that it is not able just now. */
export const patiently = async <Result>(ask: () => Promise<Result>): Promise<Result> => {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!isPassing(error)) throw error
      await sleep(50)
    }
  }
}
