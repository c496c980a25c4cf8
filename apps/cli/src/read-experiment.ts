import { readFile } from 'node:fs/promises'
import type { AssayClient } from '@assay/client'
import type { ArgsDef } from 'citty'
import { parse } from 'yaml'
import { CliExit, exitCodes } from './cli-io.ts'

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

/** Options of every command that takes an experiment from a file. */
export const experimentArgs = {
  file: { type: 'string', alias: 'f', required: true, description: 'the experiment' },
  dataset: { type: 'string', description: 'data set id, instead of the one in the file' },
  preset: { type: 'string', description: 'take the approaches of this preset where the file has none' },
} as const satisfies ArgsDef

/** The file's experiment, completed from the options. The API checks it. */
export const readExperiment = async (
  client: AssayClient,
  { file, dataset, preset: presetId }: { file: string; dataset?: string | undefined; preset?: string | undefined },
): Promise<Record<string, unknown>> => {
  const preset = presetId === undefined ? undefined : (await client.presets()).find(({ id }) => id === presetId)
  if (presetId !== undefined && !preset) throw new CliExit(exitCodes.usage, `there is no preset "${presetId}"`)
  return { ...preset?.spec, ...(await readSpec(file)), ...(dataset === undefined ? {} : { dataset }) }
}
