import type { FastifyReply } from 'fastify'

/** Sends bytes as they are: what was checked when it was written is not parsed and stripped again by the schema of the answer. */
export const sendBytes = (reply: FastifyReply, contentType: string, bytes: Uint8Array): FastifyReply =>
  reply.type(contentType).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
