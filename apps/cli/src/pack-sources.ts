import { resolve } from 'node:path'
import type { AssayClient } from '@assay/client'
import { DEFAULT_ENTRY_POINT } from '@assay/contracts'
import {
  entryPointFault,
  largestOf,
  listSourceFiles,
  MAX_PACKED_BYTES,
  type PackedSource,
  packSource,
  SourceError,
} from '@assay/sources'
import { CliExit, exitCodes } from './cli-io.ts'

type Approach = Record<string, unknown>

interface FolderOf {
  approach: Approach
  /** As the file has it. */
  source: string
  index: number
}

const isFolder = (source: unknown): source is string =>
  typeof source === 'string' && /^(\.{0,2}\/|\.{1,2}$)/.test(source)

/** Approaches whose source is a folder of this machine: `./…`, `../…` or `/…`. */
const foldersIn = (spec: Record<string, unknown>): FolderOf[] => {
  const approaches: unknown[] = Array.isArray(spec['approaches']) ? spec['approaches'] : []
  return approaches.flatMap((approach, index) => {
    if (typeof approach !== 'object' || approach === null) return []
    const { source } = approach as Approach
    return isFolder(source) ? [{ approach: approach as Approach, source, index }] : []
  })
}

/** The folder packed, or what is wrong with it, with the field that is to blame. */
const packFolder = async (
  folder: string,
  { approach, source }: FolderOf,
): Promise<PackedSource | { field: string; fault: string }> => {
  try {
    const files = await listSourceFiles(folder)
    const entryPoint = approach['entryPoint'] ?? DEFAULT_ENTRY_POINT
    const names = files.map(({ name }) => name)
    const missing = typeof entryPoint === 'string' ? entryPointFault(entryPoint, names) : undefined
    if (missing !== undefined) return { field: 'entryPoint', fault: `${missing} (in ${source})` }
    const packed = await packSource(files)
    if (packed.bytes.byteLength <= MAX_PACKED_BYTES) return packed
    const fault = `${source} packs to ${packed.bytes.byteLength} bytes, at most ${MAX_PACKED_BYTES} needed: code belongs there, data into a data set; the largest files are ${largestOf(files)}`
    return { field: 'source', fault }
  } catch (error) {
    if (error instanceof SourceError) return { field: 'source', fault: `${source}: ${error.message}` }
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    return { field: 'source', fault: `${source} (${folder}) met, a folder that can be read needed: ${code}` }
  }
}

export interface PackSourcesOptions {
  /** Folder that relative ones begin at: that of the experiment's file. */
  from: string
  /** Whether to store what the API has not; without it the spec names where that would lie. */
  store: boolean
  note: (line: string) => void
}

/**
 * A spec with addresses in the place of source folders of this machine, which are packed for it. Throws CliExit with every fault of every folder
 * before anything is sent. What the API has already is not sent again.
 */
export const packSources = async (
  client: Pick<AssayClient, 'source' | 'storeSource'>,
  spec: Record<string, unknown>,
  { from, store, note }: PackSourcesOptions,
): Promise<Record<string, unknown>> => {
  const folders = foldersIn(spec)
  if (folders.length === 0) return spec
  const packed = await Promise.all(folders.map((one) => packFolder(resolve(from, one.source), one)))
  const faults = packed.flatMap((one, at) =>
    'fault' in one ? [`/approaches/${folders[at]?.index}/${one.field}: ${one.fault}`] : [],
  )
  if (faults.length > 0) throw new CliExit(exitCodes.usage, faults.join('\n'))
  const addresses = new Map<number, string>()
  const stored = new Map<string, string>()
  for (const [at, { source, index }] of folders.entries()) {
    const one = packed[at]
    if (!one || 'fault' in one) continue
    const uri = stored.get(one.sha256) ?? (await addressOf(client, one, { source, store, note }))
    stored.set(one.sha256, uri)
    addresses.set(index, uri)
  }
  const approaches = (spec['approaches'] as Approach[]).map((approach, index) => {
    const source = addresses.get(index)
    return source === undefined ? approach : { ...approach, source }
  })
  return { ...spec, approaches }
}

const addressOf = async (
  client: Pick<AssayClient, 'source' | 'storeSource'>,
  { sha256, bytes }: PackedSource,
  { source, store, note }: Pick<PackSourcesOptions, 'store' | 'note'> & { source: string },
): Promise<string> => {
  const known = await client.source(sha256)
  const size = `${(bytes.byteLength / 1e3).toFixed(1)} kB, SHA-256 ${sha256.slice(0, 12)}…`
  if (known.stored) note(`${source}: stored already (${size})`)
  else if (store) {
    await client.storeSource(sha256, bytes)
    note(`${source}: stored (${size})`)
  } else note(`${source}: not stored yet (${size}); assay submit stores it`)
  return known.uri
}
