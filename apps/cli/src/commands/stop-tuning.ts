import { type CliIo, clientOf } from '../cli-io.ts'
import { outputArgs, printItems } from '../print-result.ts'
import { strictCommand } from '../strict-command.ts'
import { experimentColumns } from './list.ts'

export const stopTuningCommand = (io: CliIo) =>
  strictCommand('stop-tuning', {
    description: 'End an approach’s tuning early and go on with its best trial so far',
    args: {
      id: { type: 'positional', description: 'experiment id', required: true },
      approach: { type: 'positional', description: 'approach id', required: true },
      ...outputArgs,
    },
    run: async ({ id, approach, output, quiet }) => {
      const client = clientOf(io)
      await client.stopTuning(id, approach)
      printItems(io, [await client.experiment(id)], experimentColumns, { output, quiet })
    },
  })
