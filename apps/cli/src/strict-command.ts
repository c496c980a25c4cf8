import { type ArgsDef, type CommandContext, defineCommand } from 'citty'
import { CliExit, exitCodes } from './cli-io.ts'

interface StrictCommand<Args extends ArgsDef> {
  description: string
  args: Args
  run: (args: CommandContext<Args>['args']) => Promise<void>
}

/** A command that refuses options and arguments that it does not know; citty itself lets them pass. */
export const strictCommand = <const Args extends ArgsDef>(
  name: string,
  { description, args, run }: StrictCommand<Args>,
) =>
  defineCommand<Args>({
    meta: { name, description },
    args,
    run: async (context) => {
      refuseUnknown(context.rawArgs, args)
      await run(context.args)
    },
  })

const namesOf = (args: ArgsDef): Map<string, 'flag' | 'value'> => {
  const names = new Map<string, 'flag' | 'value'>()
  for (const [name, definition] of Object.entries(args)) {
    if (definition.type === 'positional') continue
    const kind = definition.type === 'boolean' ? 'flag' : 'value'
    for (const alias of [name, ...('alias' in definition ? [definition.alias ?? []].flat() : [])])
      names.set(alias, kind)
  }
  return names
}

const refuseUnknown = (rawArgs: readonly string[], args: ArgsDef): void => {
  const known = namesOf(args)
  const positionals = Object.values(args).filter(({ type }) => type === 'positional').length
  let met = 0
  for (let index = 0; index < rawArgs.length; index++) {
    const arg = rawArgs[index] ?? ''
    if (!arg.startsWith('-') || arg === '-') {
      if (++met > positionals) throw new CliExit(exitCodes.usage, `"${arg}" is one argument too many`)
      continue
    }
    const [name = '', value] = arg.replace(/^--?/, '').split('=', 2)
    const kind = known.get(name)
    if (!kind) throw new CliExit(exitCodes.usage, `there is no option ${arg.split('=')[0]}`)
    if (kind === 'value' && value === undefined) {
      if (index + 1 >= rawArgs.length) throw new CliExit(exitCodes.usage, `${arg} needs a value`)
      index++
    }
  }
}
