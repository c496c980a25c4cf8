// Measures how soon a cancel reaches the cloud: the whole stack, our own waits at full length, programs that take milliseconds. An experiment is
// brought to each of its stages, held there and canceled twice. Prints, from the API's answer on, when the first Stop or Delete of
// its resources arrived in the cloud (its journal), and when the experiment had ended with nothing left.
// `npm run bench:cancel`
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { experimentPrefix, resourceName } from '@assay/cloud'
import type { ExperimentSpecInput, ExperimentView } from '@assay/contracts'
import { repositoryRoot, startStack } from '@assay/dev'
import { createLocalCloudControl } from '../chaos/local-cloud-control.ts'
import { type ChaosStage, chaosStages, outcomeWrite } from '../chaos/stages.ts'
import { createStudy } from '../study.ts'

/** Longer than any look at it takes: the stage is at work until it is over. */
const HELD_MS = 600_000
const LOOK_EVERY_MS = 100
const LONG_EPOCHS = 100_000

type Approach = ExperimentSpecInput['approaches'][number]

const plain = (epochs: number): Approach => ({
  id: 'plain',
  recipe: 'sagemaker-object-detection',
  hyperparameters: { epochs },
})
const tuned: Approach = {
  id: 'tuned',
  recipe: 'pytorch-script',
  hyperparameters: { epochs: LONG_EPOCHS },
  tuning: {
    strategy: 'random',
    maxTrials: 2,
    maxParallel: 2,
    ranges: { 'learning-rate': { type: 'continuous', min: 0.001, max: 0.1 } },
  },
}
const approachAt = ({ name }: ChaosStage): Approach =>
  name === 'tune' ? tuned : plain(name === 'train' ? LONG_EPOCHS : 2)

const stack = await startStack({
  timeScale: 1,
  env: { ASSAY_LOG_LEVEL: 'warn' },
  cloudArgs: ['--control', '--registry', join(repositoryRoot, 'test/chaos/programs.json'), '--cpus', '4'],
})
const study = createStudy(stack)
const cloud = createLocalCloudControl(stack.cloudUrl)

/** Stages in which a job or an endpoint is waited for; the others are held at the write of their outcome. */
const waits = new Set(['train', 'tune', 'deploy'])

const isWaiting = ({ approaches }: ExperimentView, { name }: ChaosStage) =>
  (approaches[0]?.stages ?? []).some(({ stage, state }) => stage === name && state === 'waiting')

/** Resolves once the experiment is in the stage. */
const untilIn = async (id: string, stage: ChaosStage): Promise<void> => {
  if (waits.has(stage.name)) {
    await study.until(id, (view) => isWaiting(view, stage))
    return
  }
  const rule = await cloud.addFault({ ...outcomeWrite(stage, id), count: 1, effect: { delayMs: HELD_MS } })
  while (((await cloud.hits()).get(rule) ?? 0) === 0) await sleep(LOOK_EVERY_MS)
}

/** Calls that end what an experiment has in the cloud. */
const endingCalls = async (id: string) =>
  (await cloud.journal('sagemaker')).filter(
    ({ operation, resource = '' }) => /^(Stop|Delete)/.test(operation) && resource.startsWith(experimentPrefix(id)),
  )

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`.padStart(9)

const cancelIn = async (stage: ChaosStage, dataset: string): Promise<string> => {
  const id = await study.submit({ dataset, inference: { shardImages: 10 }, approaches: [approachAt(stage)] })
  if (stage.name === 'deploy')
    await cloud.lifecycle({ endpoints: [{ pattern: resourceName(id, 0, 1), outcome: 'stick' }] })
  await untilIn(id, stage)
  const before = (await endingCalls(id)).length
  await study.client.cancel(id)
  const answeredMs = Date.now()
  await study.client.cancel(id)
  if (stage.name === 'deploy') {
    while ((await endingCalls(id)).length === before) await sleep(LOOK_EVERY_MS)
    await cloud.lifecycle({ endpoints: [] })
  }
  const { outcome, endedAt } = await study.untilEnd(id)
  const [first] = (await endingCalls(id)).slice(before)
  const begun = before > 0 ? `${before} before it` : 'nothing there'
  const reached = first ? `${seconds(Date.parse(first.at) - answeredMs)}  ${first.operation}` : `        –  ${begun}`
  const left = outcome?.cleanup.remaining.length ?? Number.NaN
  return `${stage.name.padEnd(9)} ${reached.padEnd(36)} ended ${outcome?.state} after ${seconds(Date.parse(endedAt ?? '') - answeredMs)}, ${left} left`
}

try {
  const dataset = await study.addSteel(31)
  const stages = chaosStages.filter(({ name }) => name !== 'teardown' && name !== 'finish')
  process.stdout.write('stage     first Stop or Delete after the answer\n')
  // Side by side: most of the time is our own waits.
  await Promise.all(stages.map(async (stage) => process.stdout.write(`${await cancelIn(stage, dataset)}\n`)))
} finally {
  study.clients.destroy()
  await stack.stop()
}
process.exit(0)
