import { expect, test } from 'vitest'
import { readServerSentEvents, type ServerSentEvent } from './server-sent-events.ts'

const read = async (...chunks: string[]): Promise<ServerSentEvent[]> => {
  const events: ServerSentEvent[] = []
  const bytes = chunks.map((chunk) => new TextEncoder().encode(chunk))
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const part of bytes) controller.enqueue(part)
      controller.close()
    },
  })
  for await (const event of readServerSentEvents(body)) events.push(event)
  return events
}

test('an event ends at an empty line, wherever the chunks break', async () => {
  const text = 'id: 1-1\nevent: x\ndata: {"a":1}\n\nid: 1-2\ndata: b\ndata: c\n\n'
  const expected = [
    { id: '1-1', data: '{"a":1}' },
    { id: '1-2', data: 'b\nc' },
  ]
  expect(await read(text)).toEqual(expected)
  expect(await read(...text.split(''))).toEqual(expected)
  expect(await read(...text.replaceAll('\n', '\r\n').split(''))).toEqual(expected)
})

test('comments are left out and an unfinished event is dropped', async () => {
  expect(await read(': heart-beat\n\ndata: a\n\ndata: unfinished\n')).toEqual([{ data: 'a' }])
})
