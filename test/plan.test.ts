import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { DescribeTrainingJobCommand } from '@aws-sdk/client-sagemaker'
import type { Plan } from '@assay/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { repositoryRoot, type Stack, startStack } from '@assay/dev'
import { aTypeOne, aTypeTwo, createCloudControl, createStudy, type Study } from './study.ts'

let stack: Stack
let study: Study
let cloud: ReturnType<typeof createCloudControl>
let steel: string

/** USD 100 an hour in the price list of this cloud. */
const dear = 'ml.g5.4xlarge'

beforeAll(async () => {
  stack = await startStack({ timeScale: 0.02, cloudArgs: ['--control'] })
  cloud = createCloudControl(stack)
  await cloud.change('lifecycle', { prices: { [dear]: 100 } })
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

test('what is submitted under the key of a plan is what was planned', async () => {
  const spec = { name: 'plan', dataset: steel, approaches: [aTypeOne(), aScript] }
  const key = randomUUID()
  const plan = await study.client.plan(spec, { bodies: true, idempotencyKey: key })
  expect(plan.approaches.map(({ basis }) => basis)).toEqual(['assumptions', 'assumptions'])
  const id = await study.client.submit(spec, key)
  expect(id).toBe(plan.experimentId)
  while ((await cloud.created('CreateTrainingJob', id)).length < 2) await sleep(100)
  for (const { requests = [], resources } of plan.approaches) {
    const { TrainingJobName, Tags, ...body } = requests[0]?.body ?? {}
    expect(TrainingJobName).toBe(resources[0]?.name)
    expect(Tags).toContainEqual({ Key: 'assay:experiment', Value: id })
    const job = await study.clients.sagemaker.send(
      new DescribeTrainingJobCommand({ TrainingJobName: String(TrainingJobName) }),
    )
    expect(job).toMatchObject(body)
  }
  await study.client.cancel(id)
  await study.untilEnd(id)
})

/** The command line as a user runs it. */
const assay = async (...args: string[]): Promise<{ code: number; stdout: string }> => {
  const env = { ...process.env, ...stack.settings, ASSAY_URL: stack.apiUrl }
  const program = join(repositoryRoot, 'dist/cli.js')
  return promisify(execFile)(process.execPath, [program, ...args], { env }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => error,
  )
}

test('every preset can be planned from the command line, and submitted as it is', async () => {
  const presets = await study.client.presets()
  expect(presets.map(({ id }) => id)).toEqual(expect.arrayContaining(['modern', 'quick', 'study']))
  for (const { id, spec } of presets) {
    const { code, stdout } = await assay('plan', '--preset', id, '--dataset', steel)
    expect({ id, code }).toEqual({ id, code: 0 })
    for (const approach of spec.approaches) expect(stdout).toMatch(new RegExp(`^${approach.id} .* \\$`, 'm'))
  }
  const { code, stdout } = await assay('submit', '--preset', 'quick', '--dataset', steel, '-q')
  expect(code).toBe(0)
  const submitted = stdout.trim()
  const quick = presets.find(({ id }) => id === 'quick')
  const { name, approaches } = await study.client.experiment(submitted)
  expect({ name, ids: approaches.map(({ id }) => id) }).toEqual({
    name: quick?.title,
    ids: quick?.spec.approaches.map(({ id }) => id),
  })
  await study.client.cancel(submitted)
  await study.untilEnd(submitted)
})

interface Timed {
  epochs: number
  /** Of the data set's images. */
  trainShare: number
}

const aTunedLoss = {
  strategy: 'random' as const,
  maxTrials: 2,
  maxParallel: 2,
  ranges: { x: { type: 'continuous' as const, min: 0.001, max: 0.01 } },
}

/**
 * Trained by a program that does nothing but take 50 ms an image and epoch, so that no load of this machine changes what a training takes,
 * on a type so dear beside the endpoint's that what an endpoint takes hardly counts.
 */
const timedSpec = ({ epochs, trainShare }: Timed, trainImages: number) => {
  const hyperparameters = {
    epochs,
    duration_seconds: trainImages * epochs * 0.05,
    metric_from: JSON.stringify({ loss: 'x' }),
    x: 0.005,
  }
  const timed = {
    id: 'timed',
    recipe: 'container' as const,
    trainingImage: 'local/scripted:1',
    instanceTypes: [dear],
    endpoint: { instanceTypes: ['ml.m5.large'] },
    channels: { layout: 'coco' as const },
    hyperparameters,
    metrics: [{ name: 'loss', regex: 'loss=(.*?);' }],
    objective: { metric: 'loss', direction: 'minimize' as const },
    servingEnvironment: {
      SCRIPTED_CONTENT_TYPE: 'application/json',
      SCRIPTED_RESPONSE: JSON.stringify([{ box: [10, 10, 60, 60], score: 0.9, label: 0 }]),
    },
    response: { shape: 'rows' as const, box: 'box', score: 'score', label: 'label' },
  }
  return {
    name: 'plan',
    dataset: steel,
    reuse: 'never' as const,
    split: { train: trainShare, validation: 0.8 - trainShare, test: 0.2 },
    approaches: [timed, { ...timed, id: 'tuned', tuning: aTunedLoss }],
  }
}

const totalOf = ({ microUsd }: Plan) => microUsd?.expected ?? Number.NaN

test('after one run the next, of other images and epochs, costs within 25 % of its plan', async () => {
  const short = timedSpec({ epochs: 2, trainShare: 0.5 }, 30)
  const first = await study.client.plan(short)
  expect(first.images.train).toBe(30)
  const { outcome } = await study.untilEnd(await study.submit(short))
  expect(outcome?.state).toBe('succeeded')
  const firstBill = outcome?.bill.microUsd ?? Number.NaN

  const long = timedSpec({ epochs: 5, trainShare: 0.6 }, 36)
  const second = await study.client.plan(long)
  expect(second.images.train).toBe(36)
  expect(second.approaches.map(({ basis }) => basis)).toEqual(['past-runs', 'past-runs'])
  const readings: number[] = []
  const end = await study.until(await study.submit(long), ({ outcome, cost }) => {
    readings.push(cost?.microUsd ?? Number.NaN)
    return outcome !== undefined
  })
  const bill = end.outcome?.bill.microUsd ?? Number.NaN
  process.stdout.write(
    `first plan $${totalOf(first) / 1e6}, bill $${firstBill / 1e6}; second plan $${totalOf(second) / 1e6}, bill $${bill / 1e6}\n`,
  )
  expect(new Set(readings).size, 'the meter moves while jobs and endpoints run').toBeGreaterThan(3)
  expect(end.cost).toMatchObject({ microUsd: bill, projectedMicroUsd: bill })
  expect(bill / firstBill, 'three times the work').toBeGreaterThan(2)
  expect(totalOf(second) / bill).toBeGreaterThan(0.8)
  expect(totalOf(second) / bill).toBeLessThan(1.25)
})

test('of two retries at once one fits into the budget and one is refused with the figures, and begins nothing', async () => {
  const { split, approaches } = timedSpec({ epochs: 1, trainShare: 0.5 }, 30)
  const [timed] = approaches
  if (!timed) throw new Error('an approach needed')
  const hyperparameters = { ...timed.hyperparameters, failure_reason: 'AlgorithmError: no' }
  const failing = ['one', 'two'].map((id) => ({ ...timed, id, hyperparameters, maxRunSeconds: 60 }))
  const spec = { dataset: steel, split, approaches: failing, deadlineHours: 1 }
  const { worstCaseMicroUsd } = await study.client.plan({ ...spec, name: 'plan' })
  const worstUsd = (worstCaseMicroUsd ?? Number.NaN) / 1e6
  // One second of training is $0.028: what the first attempts took is more than a cent.
  const id = await study.submit({ ...spec, budget: { maxUsd: worstUsd + 0.01 } })
  expect((await study.untilEnd(id)).outcome?.state).toBe('failed')
  const answers = await Promise.allSettled(failing.map((approach) => study.client.retry(id, approach.id)))
  const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [String(answer.reason)] : []))
  expect(refused).toEqual([expect.stringMatching(/are spent, and with another attempt of (one|two)/)])
  await study.until(
    id,
    ({ outcome, approaches: all }) => outcome !== undefined && all.some(({ attempt }) => attempt === 2),
  )
  expect(await cloud.created('CreateTrainingJob', id)).toHaveLength(3)
})

test('the doctor finds an image that is not there and a quota that is too low for an experiment', async () => {
  const quota = `${dear} for training job usage`
  await cloud.change('lifecycle', { quotas: { [quota]: 1 } })
  const { approaches, ...rest } = timedSpec({ epochs: 1, trainShare: 0.5 }, 30)
  const image = '123456789012.dkr.ecr.us-east-1.amazonaws.com/not-pushed:1'
  const folder = await mkdtemp(join(tmpdir(), 'assay-doctor-'))
  const file = join(folder, 'experiment.json')
  await writeFile(
    file,
    JSON.stringify({ ...rest, approaches: approaches.map((one) => ({ ...one, servingImage: image })) }),
  )
  const { code, stdout } = await assay('doctor', '-f', file, '-o', 'json')
  const findings = JSON.parse(stdout) as { check: string; status: string; detail: string; advice?: string }[]
  expect(code).toBe(1)
  expect(findings.filter(({ status }) => status === 'failed').map(({ check }) => check)).toEqual(['image', 'quota'])
  expect(findings.find(({ check, status }) => check === 'image' && status === 'failed')?.detail).toContain(image)
  // One training, and two trials at a time.
  expect(findings.find(({ status, check }) => check === 'quota' && status === 'failed')?.detail).toContain(
    `${quota}: 3 at a time met, 1 allowed`,
  )
  await cloud.change('lifecycle', { quotas: {} })
})
