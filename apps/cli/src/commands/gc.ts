import type { Orphan } from '@assay/contracts'
import { CliExit, type CliIo, clientOf, exitCodes } from '../cli-io.ts'
import { type Column, outputArgs, printItems } from '../print-result.ts'
import { strictCommand } from '../strict-command.ts'

const columns: readonly Column<Orphan>[] = [
  { title: 'kind', text: ({ kind }) => kind },
  { title: 'name', text: ({ name }) => name },
  { title: 'status', text: ({ status }) => status ?? '' },
  { title: 'created', text: ({ createdAt }) => createdAt },
  { title: 'why', text: ({ reason }) => reason },
  { title: 'outcome', text: ({ outcome, detail }) => (detail === undefined ? outcome : `${outcome}: ${detail}`) },
]

export const gcCommand = (io: CliIo) =>
  strictCommand('gc', {
    description: 'Remove from the cloud what no experiment needs any more; what is not ours is never touched',
    args: {
      'dry-run': { type: 'boolean', description: 'find only, remove nothing' },
      ...outputArgs,
    },
    run: async (args) => {
      const { orphans, looked } = await clientOf(io).cleanUp(args['dry-run'] === true)
      printItems(io, orphans, columns, args)
      io.note(
        `${looked.orphans} orphans; left alone: ${looked.living} of living attempts, ${looked.young} too young to judge, ${looked.foreign} of others`,
      )
      const stuck = orphans.filter(({ outcome }) => outcome === 'denied' || outcome === 'failed')
      if (stuck.length > 0) throw new CliExit(exitCodes.failed, `${stuck.length} could not be removed`)
    },
  })
