import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { runCli } from '../run-cli.ts'

interface Seen {
  request: string
  authorization: string | undefined
  body: string
}

/** An API that answers what a test says, and the command line against it. To be closed. */
export const startFakeApi = async () => {
  const seen: Seen[] = []
  /** By "METHOD path": status and body. */
  const answers: Record<string, [number, unknown]> = {}
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const path = (request.url ?? '').split('?')[0]
      const name = `${request.method} ${path}`
      seen.push({
        request: name,
        authorization: request.headers.authorization,
        body: Buffer.concat(chunks).toString(),
      })
      const [status, body] = answers[name] ?? [404, { type: 'about:blank', title: 'no such thing', status: 404 }]
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    seen,
    answers,
    /** Runs one command; answers its exit code, its output and its notes. */
    async assay(args: string[], env: Record<string, string> = {}) {
      let out = ''
      const notes: string[] = []
      const code = await runCli(args, {
        out: (text) => {
          out += text
        },
        note: (line) => notes.push(line),
        progress: { write: () => true },
        env: { ASSAY_URL: url, ...env },
        signal: new AbortController().signal,
      })
      return { code, out, notes: notes.join('\n') }
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}
export type FakeApi = Awaited<ReturnType<typeof startFakeApi>>
