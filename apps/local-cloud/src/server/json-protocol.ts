import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { AwsError } from '../aws-error.ts'
import type { Fields } from '../wire.ts'
import { readBody } from './read-body.ts'

const maxBodyBytes = 8 << 20

/** What a service does, by operation. The input has passed validation. */
export interface JsonService {
  /** Short name in the journal and in fault rules. */
  name: string
  operations: Record<string, (input: Fields) => unknown>
  /** Throws when the input breaks the service's model. */
  validate?: (operation: string, input: Fields) => void
}

export interface JsonAnswer {
  status: number
  body: string
  errorCode?: string
}

/** Reads a call's input. Throws SerializationException, RequestEntityTooLargeException. */
export const parseInput = (body: Buffer | undefined): Fields => {
  if (!body) throw new AwsError('RequestEntityTooLargeException', 'The request is too large', 413)
  if (body.length === 0) return {}
  let input: unknown
  try {
    input = JSON.parse(body.toString('utf8'))
  } catch (cause) {
    throw Object.assign(new AwsError('SerializationException', 'The request body is not JSON'), { cause })
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new AwsError('SerializationException', 'Start of structure or map found where not expected')
  return input as Fields
}

/** An error as AWS JSON 1.1 has it. Anything that is not an AwsError is our own fault and answers 500. */
export const errorAnswer = (error: unknown): JsonAnswer => {
  if (error instanceof AwsError)
    return {
      status: error.status,
      body: JSON.stringify({ __type: error.code, message: error.message, ...error.fields }),
      errorCode: error.code,
    }
  console.error('internal failure', error)
  return {
    status: 500,
    body: JSON.stringify({ __type: 'InternalFailure', message: 'The request failed' }),
    errorCode: 'InternalFailure',
  }
}

/** Reads the call of an AWS JSON 1.1 request; the body is parsed later, by `runJsonCall`. */
export const readJsonRequest = async (req: IncomingMessage): Promise<Buffer | undefined> => readBody(req, maxBodyBytes)

const resourceMembers = [
  'TrainingJobName',
  'HyperParameterTuningJobName',
  'EndpointName',
  'EndpointConfigName',
  'ModelName',
  'TransformJobName',
  'ResourceArn',
  'logStreamName',
  'logGroupName',
]

/** The name a call is about, for the journal. */
export const resourceOf = (input: Fields): string | undefined => {
  for (const member of resourceMembers) {
    const value = input[member]
    if (typeof value === 'string') return value
  }
  return undefined
}

/** Parses, validates and runs one call. Never throws. */
export const runJsonCall = async (
  service: JsonService,
  operation: string,
  body: Buffer | undefined,
): Promise<JsonAnswer> => {
  try {
    const run = service.operations[operation]
    if (!run || !Object.hasOwn(service.operations, operation))
      throw new AwsError(
        'UnknownOperationException',
        `The local cloud does not know the operation ${service.name}.${operation}`,
      )
    const input = parseInput(body)
    service.validate?.(operation, input)
    const output = await run(input)
    return { status: 200, body: JSON.stringify(output ?? {}) }
  } catch (error) {
    return errorAnswer(error)
  }
}

export const sendJson = (res: ServerResponse, { status, body }: JsonAnswer): void => {
  res.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'content-length': Buffer.byteLength(body),
    'x-amzn-requestid': randomUUID(),
  })
  res.end(body)
}
