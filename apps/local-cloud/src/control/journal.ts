import {
  closeSync,
  createReadStream,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'

/** One call and how it ended. */
export interface JournalEntry {
  seq: number
  /** Real time, ISO 8601. */
  at: string
  service: string
  operation: string
  resource?: string
  /** The id that an SDK gives all attempts of one call. */
  invocationId?: string
  /** HTTP status of the answer; 0 where the connection was dropped. */
  status: number
  errorCode?: string
  /** Ids of the fault rules that hit it. */
  faults?: number[]
  /** Whether the call did its work, whatever the caller was told. */
  committed: boolean
}

interface JournalFilter {
  /** Entries after this number. (Default: 0) */
  after?: number
  service?: string
  operation?: string
  resource?: string
  /** (Default: 1000) */
  limit?: number
}

/** Every call, on disk. */
export interface Journal {
  write(entry: Omit<JournalEntry, 'seq' | 'at'>): void
  read(filter: JournalFilter): Promise<JournalEntry[]>
  clear(): void
  close(): void
}

const lastSeq = (path: string): number => {
  if (!existsSync(path)) return 0
  const lines = readFileSync(path, 'utf8').split('\n')
  for (const line of lines.toReversed()) {
    try {
      return (JSON.parse(line) as JournalEntry).seq
    } catch {
      // Empty, or cut short by a killed process.
    }
  }
  return 0
}

export const openJournal = (path: string): Journal => {
  mkdirSync(dirname(path), { recursive: true })
  let seq = lastSeq(path)
  const file = openSync(path, 'a')
  return {
    write: (entry) => {
      seq += 1
      writeSync(file, `${JSON.stringify({ seq, at: new Date().toISOString(), ...entry })}\n`)
    },
    read: async ({ after = 0, service, operation, resource, limit = 1000 }) => {
      const found: JournalEntry[] = []
      for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
        let entry: JournalEntry
        try {
          entry = JSON.parse(line) as JournalEntry
        } catch {
          continue
        }
        if (entry.seq <= after) continue
        if (service !== undefined && entry.service !== service) continue
        if (operation !== undefined && entry.operation !== operation) continue
        if (resource !== undefined && entry.resource !== resource) continue
        found.push(entry)
        if (found.length >= limit) break
      }
      return found
    },
    clear: () => truncateSync(path, 0),
    close: () => closeSync(file),
  }
}
