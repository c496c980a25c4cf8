import { AwsError } from '../aws-error.ts'
import type { JsonService } from '../server/json-protocol.ts'
import type { Fields } from '../wire.ts'
import { compileFilterPattern } from './filter-pattern.ts'
import type { LogEvent, LogStore, LogStream } from './log-store.ts'

interface Identity {
  region: string
  accountId: string
}

const notFound = (what: string) => new AwsError('ResourceNotFoundException', `The specified ${what} does not exist.`)
const invalid = (message: string) => new AwsError('InvalidParameterException', message)

const text = (input: Fields, member: string): string | undefined => {
  const value = input[member]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw invalid(`${member} must be a string`)
  return value
}

const integer = (
  input: Fields,
  member: string,
  { least, most, standard }: { least: number; most: number; standard: number },
) => {
  const value = input[member] ?? standard
  if (typeof value !== 'number' || !Number.isInteger(value)) throw invalid(`${member} must be an integer`)
  if (value < least || value > most)
    throw invalid(
      `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must have value between ${least} and ${most}`,
    )
  return value
}

const required = (input: Fields, member: string): string => {
  const value = text(input, member)
  if (!value)
    throw invalid(
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    )
  return value
}

/** The group's name, given by itself or in an ARN. */
const groupOf = (input: Fields): string => {
  const identifier = text(input, 'logGroupIdentifier')
  if (identifier && input['logGroupName'] === undefined)
    return identifier.startsWith('arn:') ? identifier.split(':').slice(6).join(':').replace(/:\*$/, '') : identifier
  return required(input, 'logGroupName')
}

const timeWindow = (input: Fields) => {
  const from = integer(input, 'startTime', { least: 0, most: Number.MAX_SAFE_INTEGER, standard: 0 })
  const until = input['endTime'] === undefined ? Infinity : Number(input['endTime'])
  return ({ timestamp }: LogEvent) => timestamp >= from && timestamp < until
}

const offsetOf = (token: string | undefined, pattern: RegExp): number | undefined => {
  if (token === undefined) return undefined
  const match = pattern.exec(token)
  if (!match) throw invalid('The specified nextToken is invalid.')
  return Number(match.at(-1))
}

/** CloudWatch Logs, as far as reading goes. */
export const createLogsService = (store: LogStore, { region, accountId }: Identity): JsonService => {
  const arnOf = (group: string) => `arn:aws:logs:${region}:${accountId}:log-group:${group}`
  const assertGroup = (group: string) => {
    if (!store.groups().includes(group)) throw notFound('log group')
  }
  const streamsOf = (group: string): readonly LogStream[] => {
    assertGroup(group)
    return store.streams(group)
  }
  const describeStream = (stream: LogStream) => {
    const events = store.events(stream.group, stream.name)
    return {
      logStreamName: stream.name,
      creationTime: stream.createdMs,
      firstEventTimestamp: events[0]?.timestamp,
      lastEventTimestamp: events.at(-1)?.timestamp,
      lastIngestionTime: events.at(-1)?.timestamp,
      uploadSequenceToken: String(events.length),
      arn: `${arnOf(stream.group)}:log-stream:${stream.name}`,
      storedBytes: 0,
    }
  }

  const describeLogGroups = (input: Fields) => {
    const prefix = text(input, 'logGroupNamePrefix') ?? ''
    const limit = integer(input, 'limit', { least: 1, most: 50, standard: 50 })
    const from = offsetOf(text(input, 'nextToken'), /^(\d+)$/) ?? 0
    const groups = store.groups().filter((group) => group.startsWith(prefix))
    return {
      logGroups: groups.slice(from, from + limit).map((logGroupName) => ({
        logGroupName,
        creationTime: store.streams(logGroupName)[0]?.createdMs ?? 0,
        metricFilterCount: 0,
        arn: `${arnOf(logGroupName)}:*`,
        logGroupArn: arnOf(logGroupName),
        storedBytes: 0,
      })),
      nextToken: from + limit < groups.length ? String(from + limit) : undefined,
    }
  }

  const describeLogStreams = (input: Fields) => {
    const prefix = text(input, 'logStreamNamePrefix') ?? ''
    const limit = integer(input, 'limit', { least: 1, most: 50, standard: 50 })
    const from = offsetOf(text(input, 'nextToken'), /^(\d+)$/) ?? 0
    const orderBy = text(input, 'orderBy') ?? 'LogStreamName'
    if (orderBy === 'LastEventTime' && prefix !== '')
      throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.')
    let streams = streamsOf(groupOf(input)).filter(({ name }) => name.startsWith(prefix))
    if (orderBy === 'LastEventTime') {
      const lastMs = new Map(
        streams.map((stream) => [stream, store.events(stream.group, stream.name).at(-1)?.timestamp ?? 0]),
      )
      streams = streams.toSorted((a, b) => (lastMs.get(a) ?? 0) - (lastMs.get(b) ?? 0))
    }
    if (input['descending'] === true) streams = streams.toReversed()
    return {
      logStreams: streams.slice(from, from + limit).map(describeStream),
      nextToken: from + limit < streams.length ? String(from + limit) : undefined,
    }
  }

  const getLogEvents = (input: Fields) => {
    const group = groupOf(input)
    const name = required(input, 'logStreamName')
    assertGroup(group)
    if (!store.has(group, name)) throw notFound('log stream')
    const limit = integer(input, 'limit', { least: 1, most: 10_000, standard: 10_000 })
    const token = text(input, 'nextToken')
    const inWindow = timeWindow(input)
    const events = store.events(group, name)
    const forward = token === undefined ? input['startFromHead'] === true : token.startsWith('f/')
    const start = offsetOf(token, /^[fb]\/(\d+)\/s$/) ?? (forward ? 0 : events.length)
    const found: { event: LogEvent; index: number }[] = []
    const step = forward ? 1 : -1
    for (let index = forward ? start : start - 1; found.length < limit; index += step) {
      const event = events[index]
      if (!event) break
      if (inWindow(event)) found.push({ event, index })
    }
    if (!forward) found.reverse()
    const next = found.at(-1)
    const first = found[0]
    const tokenAt = (kind: 'f' | 'b', index: number) => `${kind}/${String(index).padStart(56, '0')}/s`
    return {
      events: found.map(({ event }) => ({ ...event, ingestionTime: event.timestamp })),
      nextForwardToken: next ? tokenAt('f', next.index + 1) : forward && token ? token : tokenAt('f', start),
      nextBackwardToken: first ? tokenAt('b', first.index) : !forward && token ? token : tokenAt('b', start),
    }
  }

  const filterLogEvents = (input: Fields) => {
    const group = groupOf(input)
    const names = input['logStreamNames'] as string[] | undefined
    const prefix = text(input, 'logStreamNamePrefix') ?? ''
    const limit = integer(input, 'limit', { least: 1, most: 10_000, standard: 10_000 })
    const from = offsetOf(text(input, 'nextToken'), /^(\d+)$/) ?? 0
    const inWindow = timeWindow(input)
    const matches = compileFilterPattern(text(input, 'filterPattern') ?? '')
    const streams = streamsOf(group).filter(({ name }) => (names ? names.includes(name) : name.startsWith(prefix)))
    if (names && streams.length < new Set(names).size) throw notFound('log stream')
    const found = streams
      .flatMap(({ name }) =>
        store
          .events(group, name)
          .map((event, index) => ({ ...event, logStreamName: name, eventId: `${name}/${index}` })),
      )
      .filter((event) => inWindow(event) && matches(event.message))
      .sort((a, b) => a.timestamp - b.timestamp)
    return {
      events: found.slice(from, from + limit).map((event) => ({ ...event, ingestionTime: event.timestamp })),
      searchedLogStreams: [],
      nextToken: from + limit < found.length ? String(from + limit) : undefined,
    }
  }

  return {
    name: 'logs',
    operations: {
      DescribeLogGroups: describeLogGroups,
      DescribeLogStreams: describeLogStreams,
      GetLogEvents: getLogEvents,
      FilterLogEvents: filterLogEvents,
    },
  }
}
