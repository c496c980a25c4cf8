import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { reportFormats, saveReport } from '@assay/client'
import { type CliIo, clientOf } from '../cli-io.ts'
import { strictCommand } from '../strict-command.ts'

export const reportCommand = (io: CliIo) =>
  strictCommand('report', {
    description: 'Fetch the report of an experiment',
    args: {
      id: { type: 'positional', description: 'experiment id', required: true },
      format: { type: 'enum', options: [...reportFormats], default: 'json', description: 'form of the report' },
      output: { type: 'string', alias: 'o', description: 'file to write (default: standard output)' },
      folder: { type: 'string', description: 'write the report and every file behind it there' },
    },
    run: async ({ id, format, output, folder }) => {
      const client = clientOf(io)
      if (folder !== undefined)
        return io.out((await saveReport(client, id, folder)).map((file) => `${file}\n`).join(''))
      const content = await client.report(id, format)
      if (output === undefined) return io.out(new TextDecoder().decode(content))
      await mkdir(dirname(output), { recursive: true })
      await writeFile(output, content)
      io.note(`${content.byteLength} bytes written to ${output}`)
    },
  })
