import { trialsOf } from '@assay/contracts'
import { type CliIo, clientOf } from '../cli-io.ts'
import { outputArgs, printItems } from '../print-result.ts'
import { strictCommand } from '../strict-command.ts'

export const trialsCommand = (io: CliIo) =>
  strictCommand('trials', {
    description: 'List the trials of an approach, as they run or as they ended',
    args: {
      id: { type: 'positional', description: 'experiment id', required: true },
      approach: { type: 'positional', description: 'approach id', required: true },
      ...outputArgs,
    },
    run: async ({ id, approach, ...args }) => {
      const detail = await clientOf(io).approach(id, approach)
      printItems(
        io,
        trialsOf(detail).map((trial) => ({ ...trial, id: trial.name })),
        [
          { title: 'trial', text: ({ name }) => name },
          { title: 'status', text: ({ status }) => status },
          { title: detail.objective?.metric ?? 'objective', text: ({ objective }) => objective?.toPrecision(4) ?? '' },
          { title: '', text: ({ best }) => (best ? 'best' : '') },
          {
            title: 'hyperparameters',
            text: ({ hyperparameters }) =>
              Object.entries(hyperparameters)
                .map(([name, value]) => `${name}=${value}`)
                .join(' '),
          },
        ],
        args,
      )
    },
  })
