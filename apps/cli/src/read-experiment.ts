import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { AssayClient } from '@assay/client'
import type { ArgsDef } from 'citty'
import { parse } from 'yaml'
import { CliExit, type CliIo, clientOf, exitCodes } from './cli-io.ts'
import { packSources } from './pack-sources.ts'

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

/** Options of every command that takes an experiment. */
export const experimentArgs = {
  file: { type: 'string', alias: 'f', description: 'the experiment; not needed with --preset' },
  dataset: { type: 'string', description: 'data set id, instead of the one in the file' },
  preset: { type: 'string', description: 'take from this preset what the file has not' },
} as const satisfies ArgsDef

interface ExperimentOptions {
  file?: string | undefined
  dataset?: string | undefined
  preset?: string | undefined
}

const SHOWN_DATASETS = 5

/** Which data sets there are, for who named none. */
const datasetAdvice = async (client: AssayClient): Promise<string> => {
  const needed = 'no data set met; --dataset ID, or "dataset" in the file, is needed'
  const newest = (await client.datasets()).slice(0, SHOWN_DATASETS)
  if (newest.length === 0) return `${needed}. There is none yet: "assay datasets add FOLDER" uploads one`
  return [`${needed}. The newest:`, ...newest.map(({ id, name, state }) => `  ${id}  ${name} (${state})`)].join('\n')
}

/**
 * The experiment of a file, completed from a preset and the options, or the preset's under its title. The API checks it. Source folders that
 * the file names are packed; `storeSources` says whether they are sent.
 */
export const readExperiment = async (
  io: CliIo,
  { file, dataset, preset: presetId }: ExperimentOptions,
  { storeSources }: { storeSources: boolean },
): Promise<Record<string, unknown>> => {
  const client: AssayClient = clientOf(io)
  if (file === undefined && presetId === undefined)
    throw new CliExit(exitCodes.usage, 'neither --file nor --preset met; one of them needed')
  const presets = presetId === undefined ? [] : await client.presets()
  const preset = presets.find(({ id }) => id === presetId)
  if (presetId !== undefined && !preset) {
    const known = presets.map(({ id }) => id).join(', ')
    throw new CliExit(exitCodes.usage, `there is no preset "${presetId}"; there are ${known}`)
  }
  const spec = {
    ...(preset ? { name: preset.title, ...preset.spec } : {}),
    ...(file === undefined ? {} : await readSpec(file)),
    ...(dataset === undefined ? {} : { dataset }),
  }
  if (!('dataset' in spec)) throw new CliExit(exitCodes.usage, await datasetAdvice(client))
  return file === undefined
    ? spec
    : packSources(client, spec, { from: dirname(file), store: storeSources, note: io.note })
}
