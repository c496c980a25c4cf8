import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { printable } from '@assay/client'
import { formatTable, type ReadFile, verifyFolder } from '@assay/report'
import { CliExit, type CliIo, exitCodes } from '../cli-io.ts'
import { strictCommand } from '../strict-command.ts'

const readFrom =
  (folder: string): ReadFile =>
  async (path) => {
    try {
      return await readFile(join(folder, path))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

export const verifyCommand = (io: CliIo) =>
  strictCommand('verify', {
    description: 'Compute the numbers and dollars of a report again from the files beside it',
    args: { folder: { type: 'positional', description: 'folder of a report', required: true } },
    run: async ({ folder }) => {
      const checks = await verifyFolder(readFrom(folder))
      const rows = checks.map(({ what, stated, found, ok }) => [what, stated, found, ok ? 'same' : 'DIFFERS'])
      io.out(`${formatTable([['check', 'stated', 'found', ''], ...rows.map((row) => row.map(printable))])}\n`)
      const wrong = checks.filter(({ ok }) => !ok)
      if (wrong.length > 0)
        throw new CliExit(
          exitCodes.failed,
          `${wrong.length} of ${checks.length} checks differ: ${wrong.map(({ what }) => printable(what)).join('; ')}`,
        )
      io.note(`${checks.length} checks, all the same`)
    },
  })
