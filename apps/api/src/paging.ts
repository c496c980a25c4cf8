import type { FastifyReply } from 'fastify'
import type { PageOf, PageRequest } from './context.ts'
import { ProblemError } from './problem-error.ts'

const mark = 'v1:'

const decode = (cursor: string) => {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  if (!text.startsWith(mark))
    throw new ProblemError('invalid-request', 'query: /cursor: not a cursor of this API', {
      errors: [{ pointer: '/cursor', detail: 'not a cursor of this API; take nextCursor of the page before' }],
    })
  return text.slice(mark.length)
}

/** Reads one page; to the outside a cursor is opaque, whatever the ledger uses. */
export const readPage = async <Item, View>(
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  list: (page: PageRequest) => Promise<PageOf<Item>>,
  show: (item: Item) => View,
): Promise<PageOf<View>> => {
  const { items, nextCursor } = await list({ limit, ...(cursor === undefined ? {} : { cursor: decode(cursor) }) })
  return {
    items: items.map(show),
    nextCursor: nextCursor === null ? null : Buffer.from(mark + nextCursor).toString('base64url'),
  }
}

/** `Link: <…>; rel="next"` as the body's nextCursor says. */
export const linkNext = (
  reply: FastifyReply,
  path: string,
  limit: number,
  { nextCursor }: { nextCursor: string | null },
) => (nextCursor === null ? reply : reply.header('link', `<${path}?limit=${limit}&cursor=${nextCursor}>; rel="next"`))
