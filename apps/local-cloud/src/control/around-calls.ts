import type { ServerResponse } from 'node:http'
import type { S3CallInfo } from '../s3/index.ts'
import { type Around, type HttpAnswer } from '../server/around.ts'
import { type JsonAnswer, parseInput, resourceOf } from '../server/json-protocol.ts'
import { queryError } from '../server/query-protocol.ts'
import type { Fields } from '../wire.ts'
import { corruptResponse, muteResponse, truncateResponse } from './disturb-response.ts'
import type { ActiveRule, FaultRules } from './fault-rules.ts'
import type { HiddenNames } from './hidden-names.ts'
import type { Journal } from './journal.ts'
import type { Throttles } from './throttles.ts'

interface Controls {
  journal: Journal
  faults: FaultRules
  throttles: Throttles
  hidden: HiddenNames
}

/** What the rules that hit a call ask for, sorted. */
const sortEffects = (rules: ActiveRule[]) => {
  const at = (when: 'before' | 'after') => rules.filter((rule) => (rule.when ?? 'before') === when)
  const error = (found: ActiveRule[]) => found.flatMap(({ effect }) => ('error' in effect ? [effect.error] : []))[0]
  const drop = (found: ActiveRule[]) => found.some(({ effect }) => 'drop' in effect)
  const delayMs = (found: ActiveRule[]) =>
    found.reduce((sum, { effect }) => sum + ('delayMs' in effect ? effect.delayMs : 0), 0)
  const side = (when: 'before' | 'after') => {
    const found = at(when)
    return { error: error(found), drop: drop(found), delayMs: delayMs(found) }
  }
  return {
    before: side('before'),
    after: side('after'),
    corrupt: rules.some(({ effect }) => 'corrupt' in effect),
    truncate: rules.some(({ effect }) => 'truncate' in effect),
    hideMs: rules.reduce((most, { effect }) => Math.max(most, 'hideMs' in effect ? effect.hideMs : 0), 0),
    ids: rules.length > 0 ? rules.map(({ id }) => id) : undefined,
  }
}

const sleep = (ms: number) => (ms > 0 ? new Promise<void>((resolve) => setTimeout(resolve, ms)) : undefined)

/** Nothing where the call will be refused for its body. */
const parse = (body: Buffer | undefined): Fields => {
  try {
    return parseInput(body)
  } catch {
    return {}
  }
}

type InjectedError = { code: string; status?: number; message?: string }

const injected = 'injected by fault control'

const jsonError = ({ code, status = 400, message = injected }: InjectedError): JsonAnswer => ({
  status,
  body: JSON.stringify({ __type: code, message }),
  errorCode: code,
})

const httpError = ({ code, status = 400, message = injected }: InjectedError): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
  body: Buffer.from(JSON.stringify({ Message: message })),
  errorCode: code,
})

const queryFault = ({ code, status = 400, message = injected }: InjectedError) => queryError(code, message, status)

const spoilBody = (answer: HttpAnswer): HttpAnswer => {
  const body = Buffer.from(answer.body)
  if (body.length > 0) body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 1
  return { ...answer, body }
}

const s3Error = (res: ServerResponse, { code, status = 400, message = injected }: InjectedError) => {
  res.writeHead(status, { 'content-type': 'application/xml' })
  res.end(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`)
}

const throttled = { code: 'ThrottlingException', message: 'Rate exceeded' }

/** Fault control and journal round every call. */
export const createAroundCalls = ({ journal, faults, throttles, hidden }: Controls) => {
  /** The common course of JSON and runtime calls; `error` and `spoil` know their shapes. */
  const course = async <Answer extends { status: number; errorCode?: string }>(
    call: { service: string; operation: string; resource: string | undefined },
    res: ServerResponse,
    run: () => Promise<Answer>,
    shapes: { error: (error: InjectedError) => Answer; spoil: (answer: Answer) => Answer },
    afterSuccess: (hideMs: number) => void,
  ): Promise<Answer | undefined> => {
    const { before, after, corrupt, hideMs, ids } = sortEffects(faults.match(call))
    const invocation = res.req.headers['amz-sdk-invocation-id']
    const note = (status: number, errorCode: string | undefined, committed: boolean) =>
      journal.write({
        ...call,
        invocationId: typeof invocation === 'string' ? invocation : undefined,
        status,
        errorCode,
        faults: ids,
        committed,
      })
    const hangUp = (committed: boolean) => {
      note(0, undefined, committed)
      res.destroy()
      return undefined
    }
    await sleep(before.delayMs)
    if (before.drop) return hangUp(false)
    const refusal = before.error ?? (throttles.admit(call.operation) ? undefined : throttled)
    let answer: Answer
    let committed = false
    if (refusal) answer = shapes.error(refusal)
    else {
      answer = await run()
      committed = answer.status < 400
      if (committed && hideMs > 0) afterSuccess(hideMs)
      await sleep(after.delayMs)
      if (after.drop) return hangUp(committed)
      if (after.error) answer = shapes.error(after.error)
    }
    note(answer.status, answer.errorCode, committed)
    return corrupt ? shapes.spoil(answer) : answer
  }

  const around: Around = {
    json: async ({ service, operation, body }, res, run) => {
      const input = parse(body)
      return course(
        { service, operation, resource: resourceOf(input) },
        res,
        () => hidden.run(operation, body, run),
        { error: jsonError, spoil: (answer) => ({ ...answer, body: answer.body.replace('"', '\u0001') }) },
        (hideMs) => hidden.hide(input, operation, hideMs),
      )
    },
    http: async (call, res, run) => course(call, res, run, { error: httpError, spoil: spoilBody }, () => {}),
    query: async (call, res, run) => course(call, res, run, { error: queryFault, spoil: spoilBody }, () => {}),
  }

  const s3 = async (call: S3CallInfo, run: () => Promise<void>, res: ServerResponse): Promise<void> => {
    const { before, after, corrupt, truncate, ids } = sortEffects(faults.match(call))
    const invocation = res.req.headers['amz-sdk-invocation-id']
    const note = (status: number, errorCode: string | undefined, committed: boolean) =>
      journal.write({
        ...call,
        invocationId: typeof invocation === 'string' ? invocation : undefined,
        status,
        errorCode,
        faults: ids,
        committed,
      })
    await sleep(before.delayMs)
    if (before.drop) {
      note(0, undefined, false)
      return void res.destroy()
    }
    if (before.error) {
      note(before.error.status ?? 400, before.error.code, false)
      return s3Error(res, before.error)
    }
    if (!after.drop && !after.error) {
      if (corrupt) corruptResponse(res)
      if (truncate) truncateResponse(res)
      await run()
      await sleep(after.delayMs)
      return note(res.statusCode, undefined, res.statusCode < 400)
    }
    const restore = muteResponse(res)
    await run()
    const committed = restore() < 400
    await sleep(after.delayMs)
    if (after.drop) {
      note(0, undefined, committed)
      return void res.destroy()
    }
    if (after.error) {
      note(after.error.status ?? 400, after.error.code, committed)
      s3Error(res, after.error)
    }
    return undefined
  }

  return { around, s3 }
}
