import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../app.ts'
import { mapError } from '../map-error.ts'
import { ProblemError, toProblem } from '../problem-error.ts'
import { problems } from '../problems.ts'
import { createMethodsOf } from './methods-of.ts'

const mediaType = 'application/problem+json; charset=utf-8'

/** What is away comes back and is many requests' trouble at once: a warning. What is our fault is an error. */
export const logProblem = (error: unknown, { status, kind }: ProblemError, request: FastifyRequest): void => {
  const fields = { err: error, requestId: request.id, url: request.url }
  if (kind === 'unavailable') request.log.warn(fields, 'request refused')
  else if (status >= 500) request.log.error(fields, 'request failed')
}

/** Answers with a problem; the cause of what is our fault is logged under the request id and not told. */
export const sendProblem = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
  const problem = mapError(error, request)
  logProblem(error, problem, request)
  void reply
    .code(problem.status)
    .headers(problem.headers)
    .type(mediaType)
    .serializer(JSON.stringify)
    .send(toProblem(problem, request))
}

/** What does not even parse as HTTP gets a problem too. */
export const answerClientError = (error: Error & { code?: string }, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const kind =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? 'request-timeout'
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? 'headers-too-large'
        : 'invalid-request'
  const body = JSON.stringify(toProblem(new ProblemError(kind, problems[kind].meaning), { id: randomUUID() }))
  const { status } = problems[kind]
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: ${mediaType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

export const addProblems = (app: App): void => {
  const methodsOf = createMethodsOf(app)
  app.setErrorHandler(sendProblem)
  app.setNotFoundHandler((request) => {
    const path = request.url.split('?')[0] ?? ''
    const allowed = methodsOf(path)
    if (allowed.length === 0) throw new ProblemError('not-found', `there is nothing at ${path}`)
    throw new ProblemError('method-not-allowed', `${request.method} met; ${path} takes ${allowed.join(', ')}`, {
      headers: { allow: allowed.join(', ') },
    })
  })
}
