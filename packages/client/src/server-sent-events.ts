export interface ServerSentEvent {
  /** The last id that the stream named, as Last-Event-ID wants it. */
  id?: string
  data: string
}

/** The events of a text/event-stream body as the WHATWG describes it; comments are left out. Ends with the body or the signal. */
export async function* readServerSentEvents(
  body: ReadableStream<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<ServerSentEvent> {
  let id: string | undefined
  let data: string[] = []
  for await (const line of lines(body, signal)) {
    if (line === '') {
      if (data.length > 0) yield { ...(id === undefined ? {} : { id }), data: data.join('\n') }
      data = []
      continue
    }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') data.push(value)
    else if (field === 'id' && !value.includes('\0')) id = value
  }
}

async function* lines(body: ReadableStream<Uint8Array>, signal: AbortSignal | undefined): AsyncGenerator<string> {
  const reader = body.getReader()
  // The signal that fetch was given is not enough: undici holds on to it weakly, so after a garbage collection an
  // abort no longer reaches a body that is being read.
  const cancel = () => void reader.cancel().catch(() => {})
  signal?.addEventListener('abort', cancel)
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      rest += decoder.decode(read.value, { stream: true })
      // A carriage return at the very end may be half of a CRLF.
      const complete = rest.endsWith('\r') ? rest.slice(0, -1) : rest
      const parts = complete.split(/\r\n|\n|\r/)
      const tail = parts.pop() ?? ''
      rest = tail + rest.slice(complete.length)
      yield* parts
    }
  } finally {
    signal?.removeEventListener('abort', cancel)
    cancel()
  }
}
