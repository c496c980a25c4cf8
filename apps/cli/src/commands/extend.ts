import { randomUUID } from 'node:crypto'
import { extendedSpec } from '@assay/client'
import { CliExit, type CliIo, clientOf, exitCodes } from '../cli-io.ts'
import { outputArgs, printItems } from '../print-result.ts'
import { strictCommand } from '../strict-command.ts'
import { experimentColumns } from './list.ts'

export const extendCommand = (io: CliIo) =>
  strictCommand('extend', {
    description: 'Go on with a tuning that has ended: a new experiment that starts warm from its trials',
    args: {
      id: { type: 'positional', description: 'experiment id', required: true },
      approach: { type: 'positional', description: 'approach id', required: true },
      trials: { type: 'string', required: true, description: 'how many more trials' },
      ...outputArgs,
    },
    run: async ({ id, approach, trials, output, quiet }) => {
      if (!/^[1-9]\d{0,2}$/.test(trials) || Number(trials) > 500)
        throw new CliExit(exitCodes.usage, `--trials ${trials} met; a whole number from 1 to 500 needed`)
      const client = clientOf(io)
      const extended = await client.submit(
        extendedSpec(await client.experiment(id), approach, Number(trials)),
        randomUUID(),
      )
      io.note(`${client.url}/experiments/${extended}`)
      printItems(io, [await client.experiment(extended)], experimentColumns, { output, quiet })
    },
  })
