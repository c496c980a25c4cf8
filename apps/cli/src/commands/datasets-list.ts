import type { DatasetView } from '@assay/contracts'
import { type CliIo, clientOf } from '../cli-io.ts'
import { type Column, outputArgs, printItems } from '../print-result.ts'
import { strictCommand } from '../strict-command.ts'

export const datasetColumns: readonly Column<DatasetView>[] = [
  { title: 'id', text: ({ id }) => id },
  { title: 'name', text: ({ name }) => name },
  { title: 'state', text: ({ state }) => state },
  { title: 'images', text: ({ check }) => String(check?.images ?? '') },
  { title: 'boxes', text: ({ check }) => String(check?.boxes ?? '') },
  { title: 'classes', text: ({ check }) => String(check?.classes.length ?? '') },
]

export const datasetsListCommand = (io: CliIo) =>
  strictCommand('list', {
    description: 'List data sets, newest first',
    args: outputArgs,
    run: async (args) => printItems(io, await clientOf(io).datasets(), datasetColumns, args),
  })
