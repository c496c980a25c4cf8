import { basename, resolve } from 'node:path'
import { addFolder, checkedDataset, printable } from '@assay/client'
import { CliExit, type CliIo, clientOf, exitCodes } from '../cli-io.ts'
import { outputArgs, printItems } from '../print-result.ts'
import { strictCommand } from '../strict-command.ts'
import { datasetColumns } from './datasets-list.ts'

export const datasetsAddCommand = (io: CliIo) =>
  strictCommand('add', {
    description: 'Register a data set: upload a folder, or name a prefix in S3',
    args: {
      source: { type: 'positional', description: 'a folder, or s3://bucket/prefix', required: true },
      name: { type: 'string', description: 'for people (default: the last part of the source)' },
      ...outputArgs,
    },
    run: async ({ source, name, output, quiet }) => {
      const client = clientOf(io)
      const title = name ?? (basename(source) || source)
      const registered = source.startsWith('s3://')
        ? await client.registerDataset({ name: title, s3Uri: source })
        : await addFolder(client, resolve(source), {
            name: title,
            signal: io.signal,
            onUpload: ({ filesDone, files, bytesDone }) => {
              if (filesDone === files) io.note(`${files} files, ${(bytesDone / 1e6).toFixed(1)} MB uploaded`)
            },
          })
      const dataset = await checkedDataset(client, registered.id, { signal: io.signal })
      printItems(io, [dataset], datasetColumns, { output, quiet })
      const faults = dataset.check?.faults
      if (dataset.state === 'ready' || !faults) return
      const first = faults.first.map(({ file, met, needed }) => `  ${file}: ${met}; needed: ${needed}`)
      const lines = [`${dataset.id} was rejected: ${faults.count} faults, the first ${first.length}:`, ...first]
      throw new CliExit(exitCodes.failed, lines.map(printable).join('\n'))
    },
  })
