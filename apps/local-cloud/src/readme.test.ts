import * as ecr from '@aws-sdk/client-ecr'
import * as iam from '@aws-sdk/client-iam'
import * as logs from '@aws-sdk/client-cloudwatch-logs'
import * as pricing from '@aws-sdk/client-pricing'
import * as sagemaker from '@aws-sdk/client-sagemaker'
import * as quotas from '@aws-sdk/client-service-quotas'
import * as sts from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { JournalEntry } from './control/journal.ts'
import { operations as s3Operations } from './s3/operations/index.ts'
import { aCloud } from './testing/a-cloud.ts'
import { readPromisedOperations } from './testing/promised-operations.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 })

let cloud: Awaited<ReturnType<typeof aCloud>>
beforeAll(async () => {
  cloud = await aCloud({ control: true })
})
afterAll(async () => cloud.end())

const promised = readPromisedOperations()

/** Every operation of the service, as its SDK knows it. */
const known = (client: object) =>
  Object.keys(client).flatMap((name) => (name.endsWith('Command') ? name.slice(0, -'Command'.length) : []))

const codeOf = async (init: RequestInit, path = '/') => {
  const answer = await fetch(cloud.url + path, { method: 'POST', ...init })
  const body = await answer.text()
  return answer.headers.get('x-amzn-errortype') ?? /"__type":"(\w+)"|<Code>(\w+)</.exec(body)?.slice(1).join('')
}

/** Those that the local cloud does not refuse as unknown. */
const done = async (operations: string[], ask: (operation: string) => Promise<string | undefined>) => {
  const codes = await Promise.all(operations.map(async (name) => [name, await ask(name)] as const))
  return codes.flatMap(([name, code]) =>
    code === 'UnknownOperationException' || code === 'InvalidAction' ? [] : [name],
  )
}
const askJson = (prefix: string) => (name: string) =>
  codeOf({ headers: { 'x-amz-target': `${prefix}.${name}` }, body: '{}' })
const askQuery = (Version: string) => (Action: string) => codeOf({ body: new URLSearchParams({ Action, Version }) })

test.each([
  ['SageMaker', sagemaker, askJson('SageMaker')],
  ['CloudWatch', logs, askJson('Logs_20140328')],
  ['Price', pricing, askJson('AWSPriceListService')],
  ['Service', quotas, askJson('ServiceQuotasV20190624')],
  ['ECR', ecr, askJson('AmazonEC2ContainerRegistry_V20150921')],
  ['IAM', iam, askQuery('2010-05-08')],
  ['STS', sts, askQuery('2011-06-15')],
] as const)('%s: of all operations those are done that the README lists', async (service, client, ask) => {
  expect((await done(known(client), ask)).sort()).toEqual(promised[service]?.sort())
})

test('the runtime does what the README lists', async () => {
  const paths: Record<string, string> = {
    InvokeEndpoint: 'invocations',
    InvokeEndpointAsync: 'async-invocations',
    InvokeEndpointWithResponseStream: 'invocations-response-stream',
  }
  const ask = (name: string) => codeOf({ body: 'x' }, `/endpoints/none/${paths[name]}`)
  expect(await done(Object.keys(paths), ask)).toEqual(promised['Runtime'])
})

test('S3 does what the README lists', () => {
  expect(Object.keys(s3Operations).sort()).toEqual(promised['S3']?.sort())
})

test('what is refused as unknown is in the journal, under its name', async () => {
  const refused = known(sagemaker).filter((name) => !promised['SageMaker']?.includes(name))
  await Promise.all(refused.map(askJson('SageMaker')))
  const answer = await fetch(`${cloud.url}/_control/journal?service=sagemaker`)
  const calls = (await answer.json()) as JournalEntry[]
  const unknown = calls.flatMap(({ operation, errorCode }) =>
    errorCode === 'UnknownOperationException' ? [operation] : [],
  )
  expect(refused.length).toBeGreaterThan(300)
  expect(refused.filter((name) => !unknown.includes(name))).toEqual([])
})
