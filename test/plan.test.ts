import { randomUUID } from 'node:crypto'
import { DescribeTrainingJobCommand } from '@aws-sdk/client-sagemaker'
import type { Plan } from '@assay/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stack, startStack } from '@assay/dev'
import { aTypeOne, aTypeTwo, createStudy, type Study } from './study.ts'

let stack: Stack
let study: Study
let steel: string

beforeAll(async () => {
  stack = await startStack({ timeScale: 0.02, cloudArgs: ['--control'] })
  study = createStudy(stack)
  steel = await study.addSteel(60)
}, 120_000)

afterAll(async () => {
  study?.clients.destroy()
  await stack?.stop()
})

const aScript = { id: 'ddn', recipe: 'pytorch-script', hyperparameters: { epochs: 4, 'batch-size': 8 } } as const

interface Call {
  seq: number
  operation: string
}

/** Calls that reached the cloud since, whoever made them. */
const callsSince = async (seq: number): Promise<Call[]> => {
  const answer = await fetch(`${stack.cloudUrl}/_control/journal?after=${seq}&limit=100000`)
  return (await answer.json()) as Call[]
}

/** Every operation that only reads is named so; anything else may change something. */
const reads = /^(Get|Head|List|Describe|Filter)/

test('a plan changes nothing: the journal of the cloud shows reads alone', async () => {
  const spec = { name: 'plan', dataset: steel, approaches: [aTypeOne(), aTypeTwo(), aScript] }
  const before = (await callsSince(0)).at(-1)?.seq ?? 0
  const plan = await study.client.plan(spec, { bodies: true, idempotencyKey: randomUUID() })
  const calls = await callsSince(before)
  expect(calls.length).toBeGreaterThan(0)
  expect(calls.map(({ operation }) => operation).filter((operation) => !reads.test(operation))).toEqual([])
  expect(plan.approaches.map(({ requests = [] }) => requests.map(({ operation }) => operation))).toEqual(
    Array.from({ length: 3 }, () => ['CreateTrainingJob', 'CreateModel', 'CreateEndpointConfig', 'CreateEndpoint']),
  )
  expect(await study.client.experiments()).toEqual([])
})

const totalOf = ({ microUsd }: Plan) => (microUsd?.expected ?? Number.NaN) / 1e6

test('what is submitted under the key of a plan is what was planned; after one run the next costs within 25 % of its plan', async () => {
  const tuning = {
    strategy: 'random' as const,
    maxTrials: 2,
    maxParallel: 1,
    ranges: { learning_rate: { type: 'continuous' as const, min: 0.001, max: 0.01 } },
  }
  const hyperparameters = { epochs: 40, mini_batch_size: 8, learning_rate: 0.005 }
  const spec = {
    name: 'plan',
    dataset: steel,
    approaches: [
      aTypeOne({ hyperparameters }),
      aTypeOne({ id: 'tuned', hyperparameters, tuning }),
      { ...aScript, hyperparameters: { epochs: 20, 'batch-size': 8 } },
    ],
  }
  const key = randomUUID()
  const first = await study.client.plan(spec, { bodies: true, idempotencyKey: key })
  expect(first.approaches.map(({ basis }) => basis)).toEqual(['assumptions', 'assumptions', 'assumptions'])
  const id = await study.client.submit(spec, key)
  expect(id).toBe(first.experimentId)
  const { outcome } = await study.untilEnd(id)
  expect(outcome?.state).toBe('succeeded')
  for (const { requests = [], resources } of [first.approaches[0], first.approaches[2]].flatMap((one) => one ?? [])) {
    const { TrainingJobName, Tags, ...body } = requests[0]?.body ?? {}
    expect(TrainingJobName).toBe(resources[0]?.name)
    expect(Tags).toContainEqual({ Key: 'assay:experiment', Value: id })
    const job = await study.clients.sagemaker.send(
      new DescribeTrainingJobCommand({ TrainingJobName: String(TrainingJobName) }),
    )
    expect(job).toMatchObject(body)
  }

  const second = await study.client.plan({ ...spec, reuse: 'never' })
  expect(second.approaches.map(({ basis }) => basis)).toEqual(['past-runs', 'past-runs', 'past-runs'])
  const again = await study.submit(spec)
  const readings: number[] = []
  const end = await study.until(again, ({ outcome, cost }) => {
    readings.push(cost?.microUsd ?? Number.NaN)
    return outcome !== undefined
  })
  const bill = end.outcome?.bill
  expect(new Set(readings).size, 'the meter moves while jobs and endpoints run').toBeGreaterThan(3)
  expect(end.cost).toMatchObject({ microUsd: bill?.microUsd, projectedMicroUsd: bill?.microUsd })
  process.stdout.write(
    `first plan $${totalOf(first).toFixed(6)}, bill $${(outcome?.bill.microUsd ?? 0) / 1e6}; second plan $${totalOf(second).toFixed(6)}, bill $${(bill?.microUsd ?? 0) / 1e6}\n`,
  )
  expect(totalOf(second) / ((bill?.microUsd ?? Number.NaN) / 1e6)).toBeGreaterThan(0.8)
  expect(totalOf(second) / ((bill?.microUsd ?? Number.NaN) / 1e6)).toBeLessThan(1.25)
})
