import { createServer, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { ClientError } from './client-error.ts'

/** One call of /invocations. Header names are lower case. */
export interface Invocation {
  body: Buffer
  contentType: string
  accept: string
}

export interface InvocationAnswer {
  contentType: string
  body: string
}

/** Answers /ping and /invocations on 127.0.0.1 until `stop`. A ClientError becomes 400, anything else 500. */
export const serveHttp = async (
  { port, stop }: { port: number; stop: AbortSignal },
  invoke: (invocation: Invocation) => Promise<InvocationAnswer>,
): Promise<void> => {
  const server = createServer((request, response) => {
    const answer = (status: number, contentType: string, body: string) => {
      response.writeHead(status, { 'content-type': contentType })
      response.end(body)
    }
    if (request.method === 'GET' && request.url === '/ping') return answer(200, 'text/plain', '')
    if (request.method !== 'POST' || request.url !== '/invocations') return answer(404, 'text/plain', 'not found')
    readBody(request)
      .then((body) =>
        invoke({
          body,
          contentType: request.headers['content-type'] ?? 'application/octet-stream',
          accept: request.headers.accept ?? 'application/json',
        }),
      )
      .then(({ contentType, body }) => answer(200, contentType, body))
      .catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error)
        console.error(message)
        answer(error instanceof ClientError ? 400 : 500, 'text/plain', message)
      })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  console.log(`serving on port ${port}`)
  if (!stop.aborted) await once(stop, 'abort')
  server.close()
  server.closeIdleConnections()
  await once(server, 'close')
}

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
