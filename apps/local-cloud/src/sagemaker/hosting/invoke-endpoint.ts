import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { AwsError } from '../../aws-error.ts'
import type { ServingAnswer } from '../../runner/serving-program.ts'
import type { CloudContext } from '../context.ts'
import type { DeployedVariant, EndpointRecord } from './endpoint-record.ts'
import type { EndpointService } from './endpoint-service.ts'

/** Longest request and response, in bytes. */
export const mostInvocationBytes = 6_291_456

/** Headers of the caller that reach the container. */
const passedOn = [
  'content-type',
  'accept',
  'x-amzn-sagemaker-custom-attributes',
  'x-amzn-sagemaker-inference-id',
  'x-amzn-sagemaker-session-id',
]

export interface InvocationAnswer {
  status: number
  headers: Record<string, string>
  body: Buffer
}

/** Deals calls out over variants in proportion to their weights, always in the same order. */
const createPicker = () => {
  const owed = new Map<string, number>()
  return ({ endpoint, variants }: EndpointRecord): DeployedVariant | undefined => {
    const total = variants.reduce((sum, { weight }) => sum + weight, 0)
    let chosen: { variant: DeployedVariant; key: string; credit: number } | undefined
    for (const variant of variants) {
      const key = `${endpoint.EndpointName}/${variant.name}`
      const credit = (owed.get(key) ?? 0) + variant.weight
      owed.set(key, credit)
      if (!chosen || credit > chosen.credit) chosen = { variant, key, credit }
    }
    if (chosen) owed.set(chosen.key, chosen.credit - total)
    return chosen?.variant
  }
}

/** Rejects as a call does that takes too long. */
const within = <T>(ms: number, promise: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('timed out')), ms)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })

/** InvokeEndpoint, once the body is read. Throws the runtime's errors. */
export const createInvoke = (context: CloudContext, endpoints: EndpointService) => {
  const pick = createPicker()
  const { region, accountId } = context

  const modelError = (endpointName: string, originalStatus: number, originalMessage: string) => {
    const kind = originalStatus >= 400 && originalStatus < 500 ? 'client' : 'server'
    const group = `/aws/sagemaker/Endpoints/${endpointName}`
    return new AwsError(
      'ModelError',
      `Received ${kind} error (${originalStatus}) from primary with message "${originalMessage}". See https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#logEventViewer:group=${group} in account ${accountId} for more information.`,
      424,
      {
        OriginalStatusCode: originalStatus,
        OriginalMessage: originalMessage,
        LogStreamArn: `arn:aws:logs:${region}:${accountId}:log-group:${group}`,
        ErrorCode: kind === 'client' ? 'CLIENT_ERROR_FROM_MODEL' : 'SERVER_ERROR_FROM_MODEL',
      },
    )
  }

  return async (endpointName: string, headers: IncomingMessage['headers'], body: Buffer): Promise<InvocationAnswer> => {
    const record = endpoints.table.get(endpointName.toLowerCase())
    if (!record || record.endpoint.EndpointName !== endpointName || record.endpoint.EndpointStatus === 'Creating')
      throw new AwsError('ValidationError', `Endpoint ${endpointName} of account ${accountId} not found.`)
    const target = headers['x-amzn-sagemaker-target-variant']
    const variant = target === undefined ? pick(record) : record.variants.find(({ name }) => name === target)
    if (!variant) throw new AwsError('ValidationError', `Variant ${String(target)} not found for Request`)
    const live = endpoints.variant(endpointName, variant.name)
    if (!live || record.endpoint.EndpointStatus === 'Failed')
      throw new AwsError('ValidationError', `Endpoint ${endpointName} of account ${accountId} is not in service.`)

    const passed = Object.fromEntries(
      passedOn.flatMap((name) => {
        const value = headers[name]
        return typeof value === 'string' ? [[name, value]] : []
      }),
    )
    // Real time, as the caller's own time-outs are.
    const invocationTimeoutMs = context.lifecycle.settings.invocationTimeoutSeconds * 1000
    let answer: ServingAnswer
    try {
      const program = await within(invocationTimeoutMs, live.program())
      answer = await program.invoke(body, passed, invocationTimeoutMs)
    } catch (error) {
      if (error instanceof Error && error.message === 'timed out')
        throw modelError(
          endpointName,
          0,
          'Your invocation timed out while waiting for a response from container primary. Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again.',
        )
      throw modelError(
        endpointName,
        500,
        `The container did not answer: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
    if (answer.status >= 400) throw modelError(endpointName, answer.status, answer.body.toString('utf8').slice(0, 1024))
    if (answer.body.length > mostInvocationBytes)
      throw modelError(endpointName, 500, `The response is longer than ${mostInvocationBytes} bytes`)
    const contentType = answer.headers['content-type']
    const custom = answer.headers['x-amzn-sagemaker-custom-attributes']
    return {
      status: 200,
      headers: {
        'content-type': typeof contentType === 'string' ? contentType : 'application/octet-stream',
        'x-amzn-invoked-production-variant': variant.name,
        'x-amzn-requestid': randomUUID(),
        ...(typeof custom === 'string' && { 'x-amzn-sagemaker-custom-attributes': custom }),
      },
      body: answer.body,
    }
  }
}
