import type { IncomingMessage } from 'node:http'

/** The whole body, or undefined when it is longer than `maxBytes` (the rest is read and dropped, so that the answer arrives). */
export const readBody = async (req: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of req as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= maxBytes) chunks.push(chunk)
  }
  return bytes <= maxBytes ? Buffer.concat(chunks) : undefined
}
