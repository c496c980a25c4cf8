import { createHash } from 'node:crypto'
import { assets } from '@assay/web'
import type { Page } from './page.ts'

export const assetsPage: Page = (app) => {
  for (const [name, { contentType, text }] of Object.entries(assets)) {
    const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
    app.get(`/assets/${name}`, { config: { public: true }, schema: { hide: true } }, async (request, reply) => {
      reply.headers({ etag, 'cache-control': 'no-cache' })
      if (request.headers['if-none-match'] === etag) return reply.code(304).send()
      return reply.type(contentType).send(text)
    })
  }
}
