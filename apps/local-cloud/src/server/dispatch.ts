import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { AwsError } from '../aws-error.ts'
import { type createInvoke, mostInvocationBytes } from '../sagemaker/hosting/invoke-endpoint.ts'
import { type Around, type HttpAnswer, plainAround } from './around.ts'
import { errorAnswer, type JsonService, readJsonRequest, runJsonCall, sendJson } from './json-protocol.ts'
import { type QueryService, queryFailure, runQueryCall } from './query-protocol.ts'
import { readBody } from './read-body.ts'

/** The services behind the one port. */
export interface Services {
  /** JSON services by the part of x-amz-target before the dot. */
  json: Record<string, JsonService>
  invoke: ReturnType<typeof createInvoke>
  s3: (req: IncomingMessage, res: ServerResponse) => Promise<void>
  /** The control endpoint, where it is switched on. */
  control?: (req: IncomingMessage, res: ServerResponse) => Promise<void>
  /** Services of the query protocol, told apart by the API version that a request names. */
  query: readonly QueryService[]
  /** Throws when a request's signature is wrong; absent where no credentials are configured. */
  verify?: (req: IncomingMessage, body: Buffer, service: string) => void
  around?: Around
}

const mostQueryBytes = 1 << 20

const invocationPath = /^\/endpoints\/([^/?]+)\/(invocations|async-invocations|invocations-response-stream)$/
const otherInvocations: Readonly<Record<string, string>> = {
  'async-invocations': 'InvokeEndpointAsync',
  'invocations-response-stream': 'InvokeEndpointWithResponseStream',
}

const handleJson = async (services: Services, target: string, req: IncomingMessage, res: ServerResponse) => {
  const [prefix = '', operation = ''] = target.split('.')
  const body = await readJsonRequest(req)
  const service = Object.hasOwn(services.json, prefix) ? services.json[prefix] : undefined
  const around = services.around ?? plainAround
  const known: JsonService = service ?? { name: prefix.toLowerCase(), operations: {} }
  const answer = await around.json({ service: known.name, operation, body }, res, async (input) => {
    try {
      services.verify?.(req, body ?? Buffer.alloc(0), known.name)
    } catch (error) {
      return errorAnswer(error)
    }
    return runJsonCall(known, operation, input)
  })
  if (answer) sendJson(res, answer)
}

const runInvocation = async (services: Services, endpoint: string, req: IncomingMessage) => {
  const body = await readBody(req, mostInvocationBytes)
  if (!body)
    throw new AwsError('RequestEntityTooLarge', `HTTP content length exceeded ${mostInvocationBytes} bytes.`, 413)
  services.verify?.(req, body, 'runtime')
  return services.invoke(endpoint, req.headers, body)
}

/** An error as the runtime has it: REST-JSON. */
const invocationError = (error: unknown) => {
  const { status, errorCode = 'InternalFailure' } = errorAnswer(error)
  const known = error instanceof AwsError ? error : new AwsError('InternalFailure', 'The request failed', 500)
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': errorCode, 'x-amzn-requestid': randomUUID() },
    body: Buffer.from(JSON.stringify({ Message: known.message, ...known.fields })),
    errorCode,
  }
}

const refuseOperation = (operation: string): never => {
  throw new AwsError(
    'UnknownOperationException',
    `The local cloud does not know the operation runtime.${operation}`,
    404,
  )
}

/** @param other - an operation of the runtime that is not done here */
const handleInvocation = async (
  services: Services,
  endpoint: string,
  other: string | undefined,
  req: IncomingMessage,
  res: ServerResponse,
) => {
  const around = services.around ?? plainAround
  const call = { service: 'runtime', operation: other ?? 'InvokeEndpoint', resource: endpoint }
  const answer = await around.http(call, res, async () => {
    try {
      return other === undefined ? await runInvocation(services, endpoint, req) : refuseOperation(other)
    } catch (error) {
      return invocationError(error)
    }
  })
  if (answer) sendHttp(res, answer)
}

const sendHttp = (res: ServerResponse, { status, headers, body }: HttpAnswer) => {
  res.writeHead(status, { ...headers, 'content-length': body.length })
  res.end(body)
}

/** The service a request was signed for: what the journal calls one that is not done here. */
const signedService = (req: IncomingMessage): string =>
  /Credential=[^/]*\/\d*\/[^/]*\/([^/]+)\//.exec(req.headers.authorization ?? '')?.[1] ?? 'unknown'

const handleQuery = async (services: Services, req: IncomingMessage, res: ServerResponse) => {
  const body = await readBody(req, mostQueryBytes)
  const form = new URLSearchParams(body?.toString('utf8') ?? '')
  const version = form.get('Version')
  const service = services.query.find((known) => known.version === version)
  const operation = form.get('Action') ?? ''
  const call = {
    service: service?.name ?? signedService(req),
    operation,
    resource: form.get('RoleName') ?? form.get('PolicySourceArn') ?? undefined,
  }
  const around = services.around ?? plainAround
  const answer = await around.query(call, res, async () => {
    try {
      services.verify?.(req, body ?? Buffer.alloc(0), call.service)
    } catch (error) {
      return queryFailure(error)
    }
    return runQueryCall(service, operation, form)
  })
  if (answer) sendHttp(res, answer)
}

/** A name with broken escapes stays as it came: no endpoint has such a one. */
const decodeName = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Finds the service a request is for. What is no other service's is S3's. */
export const createDispatch =
  (services: Services) =>
  async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const url = req.url ?? '/'
    const target = req.headers['x-amz-target']
    if (req.method === 'POST' && typeof target === 'string') return handleJson(services, target, req, res)
    const [, endpoint, kind = ''] = (req.method === 'POST' && invocationPath.exec(url)) || []
    if (endpoint !== undefined)
      return handleInvocation(services, decodeName(endpoint), otherInvocations[kind], req, res)
    if (url.startsWith('/_control/')) {
      if (services.control) return services.control(req, res)
      res.writeHead(404, { 'content-type': 'application/json' })
      res.end(JSON.stringify({ message: 'control is switched off; start the local cloud with --control' }))
      return undefined
    }
    if (
      req.method === 'POST' &&
      req.headers['content-type']?.startsWith('application/x-www-form-urlencoded') &&
      url === '/'
    )
      return handleQuery(services, req, res)
    return services.s3(req, res)
  }
