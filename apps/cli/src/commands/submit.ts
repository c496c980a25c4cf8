import { randomUUID } from 'node:crypto'
import { awaitExperiment, requireSuccess } from '../await-experiment.ts'
import { type CliIo, clientOf } from '../cli-io.ts'
import { outputArgs, printItems } from '../print-result.ts'
import { experimentArgs, readExperiment } from '../read-experiment.ts'
import { strictCommand } from '../strict-command.ts'
import { experimentColumns } from './list.ts'

export const submitCommand = (io: CliIo) =>
  strictCommand('submit', {
    description: 'Submit an experiment from a YAML or JSON file, or a preset',
    args: {
      ...experimentArgs,
      wait: { type: 'boolean', description: 'show progress until it has ended' },
      'idempotency-key': {
        type: 'string',
        description: 'submitting again under this key answers the first experiment',
      },
      ...outputArgs,
    },
    run: async ({ wait, output, quiet, ...args }) => {
      const client = clientOf(io)
      const id = await client.submit(
        await readExperiment(io, args, { storeSources: true }),
        args['idempotency-key'] ?? randomUUID(),
      )
      io.note(`${client.url}/experiments/${id}`)
      const view = wait ? await awaitExperiment(io, client, id) : await client.experiment(id)
      printItems(io, [view], experimentColumns, { output, quiet })
      if (wait) requireSuccess(view)
    },
  })
