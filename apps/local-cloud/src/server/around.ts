import type { ServerResponse } from 'node:http'
import type { InvocationAnswer } from '../sagemaker/hosting/invoke-endpoint.ts'
import type { JsonAnswer } from './json-protocol.ts'

/** A runtime answer and, where it is an error, its code. */
export type HttpAnswer = InvocationAnswer & { errorCode?: string }

interface HttpCall {
  service: string
  operation: string
  resource: string | undefined
}

/** What stands round every call: fault control and the journal. Answers undefined when it has dealt with the response itself. */
export interface Around {
  json(
    call: { service: string; operation: string; body: Buffer | undefined },
    res: ServerResponse,
    run: (body: Buffer | undefined) => Promise<JsonAnswer>,
  ): Promise<JsonAnswer | undefined>
  http(call: HttpCall, res: ServerResponse, run: () => Promise<HttpAnswer>): Promise<HttpAnswer | undefined>
  /** As `http`, with errors as the query protocol has them. */
  query(call: HttpCall, res: ServerResponse, run: () => Promise<HttpAnswer>): Promise<HttpAnswer | undefined>
}

/** Nothing round the calls. */
export const plainAround: Around = {
  json: async ({ body }, _, run) => run(body),
  http: async (_, __, run) => run(),
  query: async (_, __, run) => run(),
}
