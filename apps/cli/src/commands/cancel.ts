import { type CliIo, clientOf } from '../cli-io.ts'
import { outputArgs, printItems } from '../print-result.ts'
import { strictCommand } from '../strict-command.ts'
import { experimentColumns } from './list.ts'

export const cancelCommand = (io: CliIo) =>
  strictCommand('cancel', {
    description: 'Cancel an experiment and tear its resources down; harmless when it has ended',
    args: { id: { type: 'positional', description: 'experiment id', required: true }, ...outputArgs },
    run: async ({ id, output, quiet }) => {
      const client = clientOf(io)
      await client.cancel(id)
      printItems(io, [await client.experiment(id)], experimentColumns, { output, quiet })
    },
  })
