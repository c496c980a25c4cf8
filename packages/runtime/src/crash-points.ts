import { AsyncLocalStorage } from 'node:async_hooks'
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Named points before and after every effect of a process. */
export interface CrashPoints {
  /** Runs an effect between its two points. */
  around: <Result>(effect: string, act: () => Promise<Result>) => Promise<Result>
  /** Names the stage in whose course the effects below are reached. */
  within: <Result>(stage: string, act: () => Promise<Result>) => Promise<Result>
}

/** What every process has outside of a chaos test. */
export const noCrashPoints: CrashPoints = { around: (_effect, act) => act(), within: (_stage, act) => act() }

/**
 * Points of a process kind under a folder. `reached` gets a line whenever one is reached, such as
 * `worker-train: after CreateTrainingJob in train`. A point that stands in `armed` ends the process there by SIGKILL, once: `died` remembers it.
 */
export const createCrashPoints = (folder: string, processKind: string): CrashPoints => {
  mkdirSync(folder, { recursive: true })
  const [armed, reached, died] = ['armed', 'reached', 'died'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  const linesOf = (file: string): string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [])
  const stages = new AsyncLocalStorage<string>()

  const reach = (side: 'before' | 'after', effect: string) => {
    const stage = stages.getStore()
    const point = `${processKind}: ${side} ${effect}${stage === undefined ? '' : ` in ${stage}`}`
    appendFileSync(reached, `${point}\n`)
    if (!linesOf(armed).includes(point) || linesOf(died).includes(point)) return
    appendFileSync(died, `${point}\n`)
    process.kill(process.pid, 'SIGKILL')
  }

  return {
    around: async (effect, act) => {
      reach('before', effect)
      const result = await act()
      reach('after', effect)
      return result
    },
    within: (stage, act) => stages.run(stage, act),
  }
}
