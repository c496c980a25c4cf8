import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** One line of a program. */
export interface LogEvent {
  /** Cloud time, ms since the epoch. */
  timestamp: number
  message: string
}

export interface LogStream {
  group: string
  name: string
  createdMs: number
}

/** Log streams, each an append-only file of JSON lines. */
export interface LogStore {
  append(group: string, stream: string, events: LogEvent[]): void
  groups(): string[]
  /** Streams of a group in order of name. */
  streams(group: string): readonly LogStream[]
  has(group: string, stream: string): boolean
  /** Events in the order written. */
  events(group: string, stream: string): readonly LogEvent[]
}

/** Longest message CloudWatch Logs takes is 256 KiB; longer lines are cut. */
const maxMessageChars = 256 * 1024 - 26
/** Streams whose events are kept in memory beside their file. */
const cachedStreams = 200

const fileName = (name: string) => encodeURIComponent(name).replaceAll('*', '%2A')

/** Opens the log folder, or begins it. */
export const openLogStore = (folder: string): LogStore => {
  mkdirSync(folder, { recursive: true })
  const known = new Map<string, Map<string, LogStream>>()
  const cache = new Map<string, LogEvent[]>()
  const sorted = new Map<string, readonly LogStream[]>()
  const pathOf = (group: string, stream: string) => join(folder, fileName(group), `${fileName(stream)}.jsonl`)

  for (const groupFolder of readdirSync(folder)) {
    const group = decodeURIComponent(groupFolder)
    const streams = new Map<string, LogStream>()
    for (const file of readdirSync(join(folder, groupFolder))) {
      const name = decodeURIComponent(file.replace(/\.jsonl$/, ''))
      const createdMs = Number(/-(\d{13})$/.exec(name)?.[1] ?? 0)
      streams.set(name, { group, name, createdMs })
    }
    known.set(group, streams)
  }

  const read = (path: string): LogEvent[] => {
    if (!existsSync(path)) return []
    const events: LogEvent[] = []
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      if (line === '') continue
      try {
        const [timestamp, message] = JSON.parse(line) as [number, string]
        events.push({ timestamp, message })
      } catch {
        // A line cut short by a killed process.
      }
    }
    return events
  }

  const load = (group: string, stream: string): LogEvent[] => {
    const path = pathOf(group, stream)
    const events = cache.get(path) ?? read(path)
    cache.delete(path)
    cache.set(path, events)
    const oldest = cache.keys().next().value
    if (cache.size > cachedStreams && oldest !== undefined) cache.delete(oldest)
    return events
  }

  return {
    append: (group, stream, events) => {
      let streams = known.get(group)
      if (!streams) {
        mkdirSync(join(folder, fileName(group)), { recursive: true })
        known.set(group, (streams = new Map()))
      }
      const path = pathOf(group, stream)
      if (!streams.has(stream)) {
        sorted.delete(group)
        streams.set(stream, { group, name: stream, createdMs: Math.round(events[0]?.timestamp ?? Date.now()) })
        writeFileSync(path, '', { flag: 'a' })
      }
      const kept = events.map(({ timestamp, message }) => ({
        timestamp: Math.round(timestamp),
        message: message.slice(0, maxMessageChars),
      }))
      load(group, stream).push(...kept)
      appendFileSync(path, kept.map(({ timestamp, message }) => `${JSON.stringify([timestamp, message])}\n`).join(''))
    },
    groups: () => [...known.keys()].sort(),
    streams: (group) => {
      const found =
        sorted.get(group) ?? [...(known.get(group)?.values() ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1))
      sorted.set(group, found)
      return found
    },
    has: (group, stream) => known.get(group)?.has(stream) ?? false,
    events: (group, stream) => (known.get(group)?.has(stream) ? load(group, stream) : []),
  }
}
