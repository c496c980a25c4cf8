import type { FastifyReply } from 'fastify'
import type { App } from '../app.ts'
import type { ApiContext } from '../context.ts'

/** Adds the routes of one page. */
export type Page = (app: App, context: ApiContext) => void

const policy =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

export const sendPage = (reply: FastifyReply, html: string): FastifyReply =>
  reply
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'cache-control': 'no-store',
    })
    .send(html)

export const nowIso = (): string => new Date().toISOString()
