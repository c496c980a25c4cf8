import { type CliIo, clientOf } from '../cli-io.ts'
import { outputArgs, printItems } from '../print-result.ts'
import { strictCommand } from '../strict-command.ts'

export const presetsCommand = (io: CliIo) =>
  strictCommand('presets', {
    description: 'List the presets: ready-made lists of approaches',
    args: outputArgs,
    run: async (args) =>
      printItems(
        io,
        await clientOf(io).presets(),
        [
          { title: 'id', text: ({ id }) => id },
          { title: 'approaches', text: ({ spec }) => spec.approaches.map(({ id }) => id).join(', ') },
          { title: 'title', text: ({ title }) => title },
        ],
        args,
      ),
  })
