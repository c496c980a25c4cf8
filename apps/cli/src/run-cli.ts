import { stripVTControlCharacters } from 'node:util'
import { printable, ProblemError } from '@assay/client'
import { type CommandDef, defineCommand, renderUsage, runCommand } from 'citty'
import { CliExit, type CliIo, defaultUrl, exitCodes } from './cli-io.ts'
import { cancelCommand } from './commands/cancel.ts'
import { datasetsAddCommand } from './commands/datasets-add.ts'
import { datasetsListCommand } from './commands/datasets-list.ts'
import { doctorCommand } from './commands/doctor.ts'
import { evaluateCommand } from './commands/evaluate.ts'
import { gcCommand } from './commands/gc.ts'
import { extendCommand } from './commands/extend.ts'
import { listCommand } from './commands/list.ts'
import { planCommand } from './commands/plan.ts'
import { presetsCommand } from './commands/presets.ts'
import { reportCommand } from './commands/report.ts'
import { retryCommand } from './commands/retry.ts'
import { stopTuningCommand } from './commands/stop-tuning.ts'
import { submitCommand } from './commands/submit.ts'
import { trialsCommand } from './commands/trials.ts'
import { verifyCommand } from './commands/verify.ts'
import { watchCommand } from './commands/watch.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- citty's own type for commands of different arguments
type Commands = Record<string, CommandDef<any>>

const commandsOf = (io: CliIo): Commands => ({
  datasets: defineCommand({
    meta: { name: 'assay datasets', description: 'Add and list data sets' },
    subCommands: { add: datasetsAddCommand(io), list: datasetsListCommand(io) },
  }),
  presets: presetsCommand(io),
  plan: planCommand(io),
  submit: submitCommand(io),
  list: listCommand(io),
  watch: watchCommand(io),
  report: reportCommand(io),
  cancel: cancelCommand(io),
  retry: retryCommand(io),
  trials: trialsCommand(io),
  'stop-tuning': stopTuningCommand(io),
  extend: extendCommand(io),
  doctor: doctorCommand(io),
  evaluate: evaluateCommand,
  verify: verifyCommand(io),
  gc: gcCommand(io),
})

/** Runs the command line and answers the exit code. */
export const runCli = async (args: readonly string[], io: CliIo): Promise<number> => {
  const commands = commandsOf(io)
  const main = defineCommand({
    meta: {
      name: 'assay',
      description: `Measures what each way of training an object detector is worth (ASSAY_URL, by default ${defaultUrl}; ASSAY_API_KEY)`,
    },
    subCommands: commands,
  })
  try {
    const help = usageOf(main, args)
    if (help) io[help.asked ? 'out' : 'note'](`${await help.text}${help.asked ? '\n' : ''}`)
    if (help) return help.asked ? exitCodes.ok : exitCodes.usage
    await runCommand(main, { rawArgs: [...args] })
    return exitCodes.ok
  } catch (error) {
    return report(error, io)
  }
}

/** The help that was asked for, or that stands in for a command that was not named. */
const usageOf = (main: CommandDef, args: readonly string[]) => {
  const asked = args.includes('--help') || args.includes('-h')
  let command = main
  let parent: CommandDef | undefined
  let depth = 0
  const next = () => (command.subCommands as Commands | undefined)?.[args[depth] ?? '']
  for (let found = next(); found; found = next()) {
    parent = command
    command = found
    depth++
  }
  const isIncomplete = command.subCommands !== undefined && args[depth] === undefined
  return asked || isIncomplete
    ? { asked, text: renderUsage(command, parent).then(stripVTControlCharacters) }
    : undefined
}

const report = (error: unknown, io: CliIo): number => {
  if (io.signal.aborted) {
    io.note('interrupted; what was submitted goes on')
    return exitCodes.interrupted
  }
  if (error instanceof CliExit) {
    if (error.message) io.note(error.message)
    return error.code
  }
  if (error instanceof ProblemError) {
    io.note(error.message)
    if (error.status === 401 || error.status === 403) return exitCodes.auth
    if (error.problem.type.endsWith('/budget-exceeded')) return exitCodes.budget
    return [400, 404, 422].includes(error.status) ? exitCodes.usage : exitCodes.failed
  }
  io.note(printable(stripVTControlCharacters(error instanceof Error ? error.message : String(error))))
  return error instanceof Error && error.name === 'CLIError' ? exitCodes.usage : exitCodes.failed
}
