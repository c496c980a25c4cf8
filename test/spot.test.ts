import { setTimeout as sleep } from 'node:timers/promises'
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { DescribeTrainingJobCommand } from '@aws-sdk/client-sagemaker'
import { type Stack, startStack } from '@assay/dev'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aDdn, aTypeOne, createCloudControl, createStudy, type Study } from './study.ts'

let stack: Stack
let study: Study
let cloud: ReturnType<typeof createCloudControl>
let steel: string

beforeAll(async () => {
  stack = await startStack({ timeScale: 0.02, cloudArgs: ['--control', '--cpus', '1'] })
  study = createStudy(stack)
  cloud = createCloudControl(stack)
  steel = await study.addSteel(60)
}, 120_000)

afterAll(async () => {
  study?.clients.destroy()
  await stack?.stop()
})

const lines = async (name: string) => {
  const { events = [] } = await study.clients.logs.send(
    new FilterLogEventsCommand({ logGroupName: '/aws/sagemaker/TrainingJobs', logStreamNamePrefix: `${name}/` }),
  )
  return events.map(({ message = '' }) => message)
}

const epochScored = (epoch: number) => new RegExp(`epoch=${epoch}\\b.*(validation mAP|main_score)`)

/** Resolves once the job's log has a line like this. */
const said = async (name: string, line: RegExp): Promise<void> => {
  while (!(await lines(name).catch(() => [])).some((text) => line.test(text))) await sleep(20)
}

const spot = { maxWaitSeconds: 36_000 }

test.each([
  [
    'the built-in algorithm',
    (settings: object) => aTypeOne({ hyperparameters: { epochs: 30, mini_batch_size: 8 }, ...settings }),
  ],
  ['our own script', (settings: object) => aDdn({ hyperparameters: { epochs: 15, 'batch-size': 8 }, ...settings })],
])(
  '%s, interrupted on a spot instance, goes on from its checkpoint to the numbers of an undisturbed training',
  async (_, approach) => {
    const calm = await study.submit({ dataset: steel, approaches: [approach({})] })
    await study.untilEnd(calm)

    const disturbed = await study.submit({ dataset: steel, approaches: [approach({ spot })] })
    const name = `assay-${disturbed}-00-01`
    // The second epoch has been scored, so that the first has left its checkpoint.
    await said(name, epochScored(1))
    await cloud.interrupt(name)
    const { outcome, approaches } = await study.untilEnd(disturbed)

    expect(outcome?.state).toBe('succeeded')
    expect(approaches[0]?.attempt).toBe(1)
    expect(await cloud.created('CreateTrainingJob', disturbed)).toEqual([name])
    const { SecondaryStatusTransitions: lives = [], CheckpointConfig } = await study.clients.sagemaker.send(
      new DescribeTrainingJobCommand({ TrainingJobName: name }),
    )
    expect(lives.filter(({ Status }) => Status === 'Interrupted')).toHaveLength(1)
    expect(CheckpointConfig?.S3Uri).toContain(`/data/${disturbed}/checkpoints/`)
    const log = await lines(name)
    expect(log.filter((line) => line.includes('checkpoint found'))).toHaveLength(1)
    // The second life did not begin anew.
    expect(log.filter((line) => epochScored(0).test(line))).toHaveLength(1)

    const [before, after] = await Promise.all(
      [calm, disturbed].map(async (id) => (await study.report(id)).approaches[0]),
    )
    expect(after?.stats).toEqual(before?.stats)
    expect(after?.curves).toEqual(before?.curves)
    expect(before?.cost.spotSavedShare).toBeNull()
    const [trial] = after?.trials ?? []
    expect(after?.cost.spotSavedShare).toBeCloseTo(1 - (trial?.billableSeconds ?? 0) / (trial?.trainingSeconds ?? 1))
    expect(outcome?.bill.approaches[0]?.spotSavedShare).toBe(after?.cost.spotSavedShare)
    expect((await study.report(disturbed)).remarks.join()).toContain('trained on spot instances')
  },
)

test('spot training asks for one type an attempt, and goes on to the next when the first is not to be had', async () => {
  await cloud.change('lifecycle', { withoutCapacity: ['ml.g4dn.xlarge'] })
  const id = await study.submit({
    dataset: steel,
    approaches: [aTypeOne({ instanceTypes: ['ml.g4dn.xlarge', 'ml.g5.xlarge'], spot })],
  })
  const { outcome, approaches } = await study.untilEnd(id)
  expect(outcome?.state).toBe('succeeded')
  expect(approaches[0]?.attempt).toBe(2)
  expect(await cloud.created('CreateTrainingJob', id)).toHaveLength(2)
  expect((await study.report(id)).approaches[0]?.trials[0]).toMatchObject({ instanceType: 'ml.g5.xlarge', spot: true })
})
