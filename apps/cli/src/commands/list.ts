import type { ExperimentSummary } from '@assay/contracts'
import { type CliIo, clientOf } from '../cli-io.ts'
import { type Column, outputArgs, printItems } from '../print-result.ts'
import { strictCommand } from '../strict-command.ts'

type Row = Pick<ExperimentSummary, 'id' | 'name' | 'state' | 'createdAt' | 'approaches'>

const bestMap = ({ approaches }: Row): string => {
  const best = Math.max(...approaches.map(({ map }) => map ?? -1))
  return best < 0 ? '' : best.toFixed(3)
}

export const experimentColumns: readonly Column<Row>[] = [
  { title: 'id', text: ({ id }) => id },
  { title: 'name', text: ({ name }) => name },
  { title: 'state', text: ({ state }) => state },
  { title: 'created', text: ({ createdAt }) => createdAt },
  { title: 'approaches', text: ({ approaches }) => String(approaches.length) },
  { title: 'best mAP', text: bestMap },
]

export const listCommand = (io: CliIo) =>
  strictCommand('list', {
    description: 'List experiments, newest first',
    args: outputArgs,
    run: async (args) => printItems(io, await clientOf(io).experiments(), experimentColumns, args),
  })
