import { mkdir, copyFile, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createClient, isTerminal, ProblemError, saveReport } from '@assay/client'
import { type ExperimentView, reportSchema } from '@assay/contracts'
import { formatLeaderboard } from '@assay/report'
import { makeRunFolder } from '../run-folder.ts'
import { type Stack, startStack } from '../start-stack.ts'
import { type DemoOptions, demoUsage, readDemoOptions, UsageError } from './demo-options.ts'
import { runStudy, type StudyContext } from './run-study.ts'

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/** The factor on our own waits: the stand-ins train in seconds, not hours. */
const timeScale = 0.1

const say = (line: string) => void process.stdout.write(`${line}\n`)
const complain = (line: string) => void process.stderr.write(`${line}\n`)

/** `npm run demo`: the whole study on this machine, from images to report. Answers the exit code. */
export const demoCommand = async (args: readonly string[]): Promise<number> => {
  try {
    const options = readDemoOptions(args)
    if (options !== 'help') return await runDemo(options)
    say(demoUsage)
    return 0
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    complain(`${error.message}\n\n${demoUsage}`)
    return 2
  }
}

const runDemo = async (options: DemoOptions): Promise<number> => {
  const runFolder = makeRunFolder('demo')
  const { workers, redisUrl } = options
  say(`run          ${runFolder}`)
  const stopped = stopSignal()
  let stack: Stack | undefined
  try {
    const started = startStack({ runFolder, workers, timeScale, say, ...(redisUrl ? { redisUrl } : {}) })
    stack = await Promise.race([started, stopped.thrown])
    const client = createClient({ url: stack.apiUrl })
    const context: StudyContext = { client, runFolder, options, terminal: process.stdout, say }
    const view = await Promise.race([runStudy(context), stopped.thrown])
    await Promise.race([showResult(context, view), stopped.thrown])
    const code = exitCodeOf(view)
    if (options.exit) return code
    say('\nThe services run until Ctrl-C.')
    await stopped.signal
    return code
  } catch (error) {
    if (error instanceof Stopped) return exitCodes[error.signal]
    complain(error instanceof Error ? error.message : String(error))
    complain(`The logs of every process lie in ${join(runFolder, 'logs')}.`)
    return 1
  } finally {
    await stack?.stop()
    stopped.dispose()
  }
}

class Stopped extends Error {
  override readonly name = 'Stopped'
  readonly signal: keyof typeof exitCodes
  constructor(signal: keyof typeof exitCodes) {
    super(signal)
    this.signal = signal
  }
}

/** `signal` resolves and `thrown` rejects at the first of the signals that end a program; the second ends it at once. */
const stopSignal = () => {
  let stop: (signal: keyof typeof exitCodes) => void = () => {}
  const signal = new Promise<keyof typeof exitCodes>((resolve) => {
    stop = resolve
  })
  const thrown = signal.then((name) => {
    throw new Stopped(name)
  })
  thrown.catch(() => {})
  let signals = 0
  const listen = (name: NodeJS.Signals) => {
    // npm passes on the Ctrl-C that the terminal has sent us already.
    if (signals++ > 1) process.exit(1)
    complain('\nstopping …')
    stop(name as keyof typeof exitCodes)
  }
  const names = Object.keys(exitCodes) as (keyof typeof exitCodes)[]
  for (const name of names) process.on(name, listen)
  const dispose = () => {
    for (const name of names) process.off(name, listen)
  }
  return { signal, thrown, dispose }
}

const showResult = async (context: StudyContext, view: ExperimentView): Promise<void> => {
  const { client, options, runFolder } = context
  const folder = join(runFolder, 'report')
  try {
    await saveReport(client, view.id, folder)
  } catch (error) {
    // Canceled before anything could be compared: there is none.
    if (error instanceof ProblemError && error.status === 409) return say(error.message)
    throw error
  }
  const jsonFile = join(folder, 'report.json')
  say(`\n${formatLeaderboard(reportSchema.parse(JSON.parse(await readFile(jsonFile, 'utf8'))))}\n`)
  say(`report       ${join(folder, 'report.html')}`)
  say(`page         ${client.url}/experiments/${view.id}`)
  say(`curl         curl -s ${client.url}/v1/experiments/${view.id}`)
  if (options.jsonFile === undefined) return
  await mkdir(dirname(options.jsonFile), { recursive: true })
  await copyFile(jsonFile, options.jsonFile)
  say(`JSON         ${options.jsonFile}`)
}

/** 0 only for a complete success; anything else says why. */
const exitCodeOf = (view: ExperimentView): number => {
  if (isTerminal(view) && view.state === 'succeeded') return 0
  complain(`the experiment ended as ${view.state}`)
  for (const { id, state, reason } of view.approaches)
    if (state !== 'succeeded') complain(`  ${id} ${state}${reason ? `: ${reason.message}` : ''}`)
  return 1
}
