import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { App } from '../app.ts'
import { ProblemError } from '../problem-error.ts'

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** The key of a bearer, or the password of Basic, which is how a browser can send one. */
const keyOf = ({ headers }: FastifyRequest): string | undefined => {
  const [scheme = '', value = ''] = (headers.authorization ?? '').split(' ', 2)
  if (scheme.toLowerCase() === 'bearer') return value
  if (scheme.toLowerCase() !== 'basic') return undefined
  const text = Buffer.from(value, 'base64').toString('utf8')
  return text.slice(text.indexOf(':') + 1)
}

const hostOf = (text: string): string | undefined => {
  try {
    return new URL(text).host
  } catch {
    return undefined
  }
}

/** Compares with every hash, whatever the first ones say, so that time tells nothing. */
const findOwner = (key: string, hashes: readonly Buffer[]): string | undefined => {
  const met = createHash('sha256').update(key).digest()
  const [found] = hashes.filter((hash) => timingSafeEqual(hash, met))
  return found?.toString('hex', 0, 16)
}

const refuseForeign = (request: FastifyRequest, onlyLoopback: boolean) => {
  const { host = '', origin } = request.headers
  if (onlyLoopback && !loopback.test(hostOf(`http://${host}`)?.replace(/:\d+$/, '') ?? ''))
    // A name that resolves to loopback lets any web page read the answers (DNS rebinding).
    throw new ProblemError('foreign-origin', `host "${host}" met; without API keys only loopback host names are served`)
  const changes = request.method !== 'GET' && request.method !== 'HEAD'
  if (changes && origin !== undefined && hostOf(origin) !== host)
    throw new ProblemError('foreign-origin', `a page of ${origin} may change nothing here`)
}

/** Before anything else of a request: where it comes from, and its key. Every route needs a key, known or not, unless its config says `public`. */
export const addGuard = (app: App, { keyHashes }: { keyHashes: readonly string[] }): void => {
  const malformed = keyHashes.findIndex((hash) => !/^[0-9a-f]{64}$/i.test(hash))
  if (malformed >= 0) throw new Error(`key ${malformed + 1} is not a SHA-256 of 64 hex digits`)
  const hashes = keyHashes.map((hash) => Buffer.from(hash, 'hex'))
  app.decorateRequest('keyOwner', undefined)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff')
    // With no-referrer a browser sends the origin of our own forms as null, like that of a stranger's.
    reply.header('referrer-policy', 'same-origin')
    refuseForeign(request, hashes.length === 0)
    if (hashes.length === 0 || request.routeOptions.config.public) return
    const key = keyOf(request)
    request.keyOwner = key === undefined ? undefined : findOwner(key, hashes)
    if (request.keyOwner === undefined)
      throw new ProblemError(
        'unauthorized',
        key === undefined ? 'no API key met' : 'the API key is not among the configured ones',
        {
          headers: { 'www-authenticate': 'Bearer realm="assay", Basic realm="assay", charset="UTF-8"' },
        },
      )
  })
}
