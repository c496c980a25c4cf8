import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { awaitExperiment, requireSuccess } from '../await-experiment.ts'
import { CliExit, type CliIo, clientOf, exitCodes } from '../cli-io.ts'
import { outputArgs, printItems } from '../print-result.ts'
import { strictCommand } from '../strict-command.ts'
import { experimentColumns } from './list.ts'

/** YAML or JSON (which is YAML). Throws where it is neither, or no object. */
const readSpec = async (file: string): Promise<Record<string, unknown>> => {
  const fail = (why: string): never => {
    throw new CliExit(exitCodes.usage, `${file}: ${why}`)
  }
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => fail(error.code ?? error.message))
  try {
    const spec: unknown = parse(text)
    if (typeof spec === 'object' && spec !== null && !Array.isArray(spec)) return spec as Record<string, unknown>
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
  return fail('no mapping of keys to values met; an experiment in YAML or JSON needed')
}

export const submitCommand = (io: CliIo) =>
  strictCommand('submit', {
    description: 'Submit an experiment from a YAML or JSON file',
    args: {
      file: { type: 'string', alias: 'f', required: true, description: 'the experiment' },
      dataset: { type: 'string', description: 'data set id, instead of the one in the file' },
      preset: { type: 'string', description: 'take the approaches of this preset where the file has none' },
      wait: { type: 'boolean', description: 'show progress until it has ended' },
      'idempotency-key': {
        type: 'string',
        description: 'submitting again under this key answers the first experiment',
      },
      ...outputArgs,
    },
    run: async ({ file, dataset, preset: presetId, wait, output, quiet, ...args }) => {
      const client = clientOf(io)
      const preset = presetId === undefined ? undefined : (await client.presets()).find(({ id }) => id === presetId)
      if (presetId !== undefined && !preset) throw new CliExit(exitCodes.usage, `there is no preset "${presetId}"`)
      const spec = { ...preset?.spec, ...(await readSpec(file)), ...(dataset === undefined ? {} : { dataset }) }
      const id = await client.submit(spec, args['idempotency-key'] ?? randomUUID())
      io.note(`${client.url}/experiments/${id}`)
      const view = wait ? await awaitExperiment(io, client, id) : await client.experiment(id)
      printItems(io, [view], experimentColumns, { output, quiet })
      if (wait) requireSuccess(view)
    },
  })
