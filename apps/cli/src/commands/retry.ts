import { type CliIo, clientOf } from '../cli-io.ts'
import { outputArgs, printItems } from '../print-result.ts'
import { strictCommand } from '../strict-command.ts'
import { experimentColumns } from './list.ts'

export const retryCommand = (io: CliIo) =>
  strictCommand('retry', {
    description: 'Try an approach that did not succeed again; a finished training is kept',
    args: {
      id: { type: 'positional', description: 'experiment id', required: true },
      approach: { type: 'positional', description: 'approach id', required: true },
      ...outputArgs,
    },
    run: async ({ id, approach, output, quiet }) => {
      const client = clientOf(io)
      await client.retry(id, approach)
      printItems(io, [await client.experiment(id)], experimentColumns, { output, quiet })
    },
  })
