import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeRunFolder, repositoryRoot, type Stack, startStack, type WorkerName } from '@assay/dev'
import { createCrashControl, type CrashControl } from './crash-control.ts'
import { createLocalCloudControl, type LocalCloudControl } from './local-cloud-control.ts'

/** Factor on the product's own waits: a sweep of the reconciler every 1.2 s. */
export const timeScale = 0.02

export interface ChaosStack extends Stack {
  crash: CrashControl
  cloud: LocalCloudControl
  /** What ended unasked or by our hand and was started again. */
  deaths: () => readonly string[]
  /** Ends a process for good, until it is brought up. */
  takeDown: (name: string) => Promise<void>
  bringUp: (name: string) => Promise<void>
  /** Resolves once the worker's process of this moment has said that it is ready. */
  untilReady: (name: string) => Promise<void>
}

/** A stack over programs that take milliseconds, each process started again whenever it ends. */
export const startChaosStack = async ({
  workers = {},
  apis = 1,
}: { workers?: Partial<Record<WorkerName, number>>; apis?: number } = {}): Promise<ChaosStack> => {
  const runFolder = makeRunFolder('chaos')
  const crash = createCrashControl(join(runFolder, 'crash-points'))
  const stack = await startStack({
    runFolder,
    workers,
    apis,
    timeScale,
    env: { ASSAY_CRASH_POINTS: crash.folder, ASSAY_LOG_LEVEL: 'warn' },
    cloudArgs: ['--control', '--registry', join(repositoryRoot, 'test/chaos/programs.json'), '--cpus', '4'],
  })
  const logOf = (name: string) => readFileSync(join(runFolder, 'logs', `${name}.log`))
  /** Where the log of the present process begins. */
  const logBegins = new Map<string, number>()
  const restart = (name: string) => {
    logBegins.set(name, logOf(name).length)
    return stack.restart(name)
  }
  const deaths: string[] = []
  const left = new Set<string>()
  const stopping = new AbortController()
  const isStopping = () => stopping.signal.aborted
  const supervise = async (name: string) => {
    while (!isStopping()) {
      const process = stack.process(name)
      await process.ended
      if (isStopping()) return
      if (left.has(name)) await sleep(20)
      else if (stack.process(name) === process) {
        deaths.push(name)
        // It may die again before it is ready; then the loop meets it once more.
        await restart(name).catch(() => sleep(50))
      }
    }
  }
  const loops = stack
    .names()
    .filter((name) => name !== 'redis' && name !== 'local-cloud')
    .map(supervise)
  return {
    ...stack,
    crash,
    cloud: createLocalCloudControl(stack.cloudUrl),
    deaths: () => deaths,
    takeDown: async (name) => {
      left.add(name)
      await stack.kill(name)
    },
    bringUp: async (name) => {
      await restart(name)
      left.delete(name)
    },
    untilReady: async (name) => {
      while (!/ ready( at .*)?$/m.test(logOf(name).subarray(logBegins.get(name)).toString())) await sleep(20)
    },
    stop: async () => {
      stopping.abort()
      await stack.stop()
      await Promise.all(loops)
    },
  }
}
