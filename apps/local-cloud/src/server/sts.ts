import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody } from './read-body.ts'

/** STS, as far as GetCallerIdentity. */
export const createSts = (accountId: string) => async (req: IncomingMessage, res: ServerResponse) => {
  const body = await readBody(req, 1 << 20)
  const action = new URLSearchParams(body?.toString('utf8') ?? '').get('Action')
  const requestId = randomUUID()
  const known = action === 'GetCallerIdentity'
  const xml = known
    ? `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::${accountId}:user/local</Arn><UserId>LOCAL</UserId><Account>${accountId}</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`
    : `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>InvalidAction</Code><Message>The local cloud does not know this action</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`
  res.writeHead(known ? 200 : 400, { 'content-type': 'text/xml', 'x-amzn-requestid': requestId })
  res.end(xml)
}
