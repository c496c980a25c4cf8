import { awaitExperiment, requireSuccess } from '../await-experiment.ts'
import { type CliIo, clientOf } from '../cli-io.ts'
import { outputArgs, printItems } from '../print-result.ts'
import { strictCommand } from '../strict-command.ts'
import { experimentColumns } from './list.ts'

export const watchCommand = (io: CliIo) =>
  strictCommand('watch', {
    description: 'Show the progress of an experiment until it has ended',
    args: { id: { type: 'positional', description: 'experiment id', required: true }, ...outputArgs },
    run: async ({ id, output, quiet }) => {
      const view = await awaitExperiment(io, clientOf(io), id)
      printItems(io, [view], experimentColumns, { output, quiet })
      requireSuccess(view)
    },
  })
