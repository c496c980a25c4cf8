import { randomUUID } from 'node:crypto'
import { AwsError } from '../aws-error.ts'
import { element } from '../s3/xml.ts'
import type { Fields } from '../wire.ts'
import type { HttpAnswer } from './around.ts'
import { errorAnswer } from './json-protocol.ts'
import type { ServiceModel, TypeModel } from './service-model.ts'
import { createInputValidator } from './validate-input.ts'

/** A service of the AWS query protocol: a form with an Action in, XML out. */
export interface QueryService {
  /** Short name in the journal and in fault rules. */
  name: string
  /** The API version that its requests name. */
  version: string
  model: ServiceModel
  operations: Record<string, (input: Fields) => Fields>
}

/** Reads `List.member.1=…` and `Structure.Member=…` as the model says they are. Undefined where the form has nothing below the name. */
const readValue = (type: TypeModel, name: string, form: URLSearchParams, model: ServiceModel): unknown => {
  const text = form.get(name)
  switch (type.type) {
    case 'integer':
    case 'number':
      return text === null ? undefined : Number.isNaN(Number(text)) ? text : Number(text)
    case 'boolean':
      return text === null ? undefined : text === 'true' ? true : text === 'false' ? false : text
    case 'list': {
      const members: unknown[] = []
      for (let index = 1; ; index += 1) {
        const member = readValue(type.member, `${name}.member.${index}`, form, model)
        if (member === undefined) return members.length > 0 ? members : undefined
        members.push(member)
      }
    }
    case 'structure':
      return [...form.keys()].some((key) => key.startsWith(`${name}.`))
        ? readStructure(type.shape, `${name}.`, form, model)
        : undefined
    default:
      return text ?? undefined
  }
}

const readStructure = (shape: string, prefix: string, form: URLSearchParams, model: ServiceModel): Fields =>
  Object.fromEntries(
    Object.entries(model.shapes[shape]?.members ?? {}).map(([member, type]) => [
      member,
      readValue(type, `${prefix}${member}`, form, model),
    ]),
  )

const writeValue = (name: string, value: unknown): string => {
  if (Array.isArray(value)) return `<${name}>${value.map((member) => writeValue('member', member)).join('')}</${name}>`
  if (typeof value === 'object' && value !== null)
    return `<${name}>${Object.entries(value)
      .map(([member, inner]) => writeValue(member, inner))
      .join('')}</${name}>`
  return element(name, value as string | number | boolean | undefined)
}

const xml = (status: number, body: string, requestId: string, errorCode?: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
  body: Buffer.from(body),
  errorCode,
})

/** An error as the query protocol has it. */
export const queryError = (code: string, message: string, status: number): HttpAnswer => {
  const requestId = randomUUID()
  const type = status >= 500 ? 'Receiver' : 'Sender'
  const error = `<Error>${element('Type', type)}${element('Code', code)}${element('Message', message)}</Error>`
  return xml(status, `<ErrorResponse>${error}${element('RequestId', requestId)}</ErrorResponse>`, requestId, code)
}

/** Codes of the query protocol for what the verifier of signatures says in the words of the JSON protocol. */
const queryCodes: Readonly<Record<string, string>> = {
  UnrecognizedClientException: 'InvalidClientTokenId',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  IncompleteSignatureException: 'IncompleteSignature',
}

/** Whatever was thrown, as the query protocol has it. */
export const queryFailure = (error: unknown): HttpAnswer => {
  if (!(error instanceof AwsError))
    return queryError('InternalFailure', 'The request failed', errorAnswer(error).status)
  const code = queryCodes[error.code]
  return code === undefined ? queryError(error.code, error.message, error.status) : queryError(code, error.message, 403)
}

/** Runs one call. Never throws. */
export const runQueryCall = (service: QueryService | undefined, action: string, form: URLSearchParams): HttpAnswer => {
  const run = service && Object.hasOwn(service.operations, action) ? service.operations[action] : undefined
  try {
    if (!service || !run)
      throw new AwsError(
        'InvalidAction',
        `The local cloud does not know the action ${action} of version ${form.get('Version') ?? 'none'}`,
      )
    const shape = service.model.inputs[action] ?? ''
    const input = readStructure(shape, '', form, service.model)
    createInputValidator(service.model, 'ValidationError')(action, input)
    const requestId = randomUUID()
    const result = writeValue(`${action}Result`, run(input))
    const metadata = `<ResponseMetadata>${element('RequestId', requestId)}</ResponseMetadata>`
    const namespace = `https://${service.name}.amazonaws.com/doc/${service.version}/`
    return xml(200, `<${action}Response xmlns="${namespace}">${result}${metadata}</${action}Response>`, requestId)
  } catch (error) {
    return queryFailure(error)
  }
}
