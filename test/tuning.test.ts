import { DescribeHyperParameterTuningJobCommand } from '@aws-sdk/client-sagemaker'
import { extendedSpec, ProblemError } from '@assay/client'
import type { ApproachDetail, ExperimentSpecInput } from '@assay/contracts'
import { type Stack, startStack } from '@assay/dev'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aTypeOne, createStudy, type Study } from './study.ts'

let stack: Stack
let study: Study
let dataset: string

beforeAll(async () => {
  stack = await startStack({ timeScale: 0.02 })
  study = createStudy(stack)
  dataset = await study.addSteel(60)
})
afterAll(() => stack.stop())

type Tuning = NonNullable<ExperimentSpecInput['approaches'][number]['tuning']>

const learningRate = { learning_rate: { type: 'continuous', min: 0.001, max: 0.01, scale: 'logarithmic' } } as const
const aTuned = (tuning: Partial<Tuning> = {}, epochs = 2) =>
  aTypeOne({
    id: 'tuned',
    hyperparameters: { epochs, mini_batch_size: 8 },
    tuning: { strategy: 'random', maxTrials: 2, maxParallel: 2, ranges: learningRate, ...tuning },
  })
const submit = (approach: ReturnType<typeof aTuned>) => study.submit({ dataset, approaches: [approach] })
const finished = async (id: string) => {
  const view = await study.untilEnd(id)
  const detail = await study.client.approach(id, 'tuned')
  return { view, detail }
}
const describeTuning = (name: string | undefined) =>
  study.clients.sagemaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name }))
const untilDetail = async (id: string, isSo: (detail: ApproachDetail) => boolean): Promise<ApproachDetail> => {
  for (;;) {
    const detail = await study.client.approach(id, 'tuned')
    if (isSo(detail)) return detail
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

test('a tuning that is stopped goes on with its best trial so far, and the experiment with it', async () => {
  const id = await submit(aTuned({ maxTrials: 40, maxParallel: 1 }))
  const running = await untilDetail(id, ({ liveTrials }) => liveTrials.some(({ status }) => status === 'Completed'))
  expect(running.liveTrials.filter(({ best }) => best)).toHaveLength(1)
  expect(running.liveTrials[0]).toMatchObject({
    status: 'Completed',
    objective: expect.any(Number),
    hyperparameters: { learning_rate: expect.any(String) },
  })
  await study.client.stopTuning(id, 'tuned')
  const { view, detail } = await finished(id)
  expect(view.state).toBe('succeeded')
  expect(detail.trials.length).toBeLessThan(40)
  expect(detail.trials.find(({ name }) => name === detail.best)).toMatchObject({ status: 'Completed' })
  expect((await describeTuning(detail.jobName)).HyperParameterTuningJobStatus).toBe('Stopped')
  expect(detail.liveTrials).toEqual([])
  await expect(study.client.stopTuning(id, 'tuned')).rejects.toThrow('has ended its tuning')
})

test('one trial that fails leaves the approach the other', async () => {
  // The stand-in has memory for 256 images at a time.
  const ranges = { mini_batch_size: { type: 'categorical' as const, values: ['8', '9999'] } } satisfies Tuning['ranges']
  const id = await submit(aTuned({ strategy: 'grid', ranges }))
  const { view, detail } = await finished(id)
  expect(view.state).toBe('succeeded')
  expect(detail.trials.map(({ status }) => status).sort()).toEqual(['Completed', 'Failed'])
  expect(detail.trials.find(({ status }) => status === 'Failed')?.failureReason).toContain('mini_batch_size')
  expect(detail.trials.find(({ name }) => name === detail.best)?.hyperparameters['mini_batch_size']).toBe('8')
})

test('where every trial fails, the approach fails and says why', async () => {
  const ranges = {
    mini_batch_size: { type: 'categorical' as const, values: ['8888', '9999'] },
  } satisfies Tuning['ranges']
  const { view } = await finished(await submit(aTuned({ strategy: 'grid', ranges })))
  expect(view.approaches[0]?.reason).toMatchObject({ code: 'tuning_failed' })
  expect(view.approaches[0]?.reason?.message).toMatch(/^none of 2 trials .* mini_batch_size/)
})

test('a tuning is extended from its trials, which may stay the best', async () => {
  const first = await finished(await submit(aTuned()))
  const spec = extendedSpec(first.view, 'tuned', 1)
  const { view, detail } = await finished(await study.submit(spec))
  expect(view.state).toBe('succeeded')
  const job = await describeTuning(detail.jobName)
  expect(job.WarmStartConfig).toEqual({
    WarmStartType: 'IdenticalDataAndAlgorithm',
    ParentHyperParameterTuningJobs: [{ HyperParameterTuningJobName: first.detail.jobName }],
  })
  expect(detail.trials).toHaveLength(1)
  const parentValues = first.detail.trials.map(({ objective }) => objective ?? 0)
  const own = detail.trials[0]?.objective ?? 0
  // The best of all three is used, whoever found it; an earlier one is named, but not among the trials that are billed.
  expect(detail.objective?.value).toBe(Math.max(...parentValues, own))
  expect(detail.inherited?.name).toBe(own >= Math.max(...parentValues) ? undefined : first.detail.best)
  const proposed = (one: ApproachDetail) => one.trials.map(({ hyperparameters }) => hyperparameters['learning_rate'])
  expect(proposed(first.detail)).not.toContain(proposed(detail)[0])
})

test('parents that do not fit are refused at the door, and nothing is created', async () => {
  const parent = await submit(aTuned())
  const before = await study.client.experiments()
  const warm = (tuning: Partial<Tuning>, from: string) =>
    submit(aTuned({ ...tuning, warmStart: { from: [from], mode: 'identical-data-and-algorithm' } }))
  await expect(warm({}, `${'a'.repeat(13)}/tuned`)).rejects.toThrow('there is no experiment aaaaaaaaaaaaa')
  await expect(warm({}, `${parent}/nobody`)).rejects.toThrow('has no approach nobody')
  await study.untilEnd(parent)
  const more = { ...learningRate, momentum: { type: 'continuous', min: 0.8, max: 0.9 } } as const
  const refusal: unknown = await warm({ ranges: more }, `${parent}/tuned`).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(ProblemError)
  expect(refusal).toMatchObject({ status: 422 })
  expect(String(refusal)).toContain('it has 3 hyperparameters')
  expect((await study.client.experiments()).length).toBe(before.length)
})

test('Hyperband shares out epochs between the bounds that are given', async () => {
  const { view, detail } = await finished(
    await submit(aTuned({ strategy: 'hyperband', maxTrials: 3, resource: { min: 1, max: 4 } }, 4)),
  )
  expect(view.state).toBe('succeeded')
  expect((await describeTuning(detail.jobName)).HyperParameterTuningJobConfig?.StrategyConfig).toEqual({
    HyperbandStrategyConfig: { MinResource: 1, MaxResource: 4 },
  })
})

test('a tuning ends when its objective is reached', async () => {
  const { detail } = await finished(
    await submit(aTuned({ maxTrials: 12, maxParallel: 1, completeWhen: { objectiveReaches: 0 } })),
  )
  expect(detail.trials.length).toBeLessThan(12)
})
