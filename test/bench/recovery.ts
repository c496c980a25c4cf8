// Measures how long open experiments are without their jobs once Redis has lost everything: the whole stack, our own waits at full length, 200
// experiments of a training and a tuning job that run on in the cloud. Prints when the stages had their jobs again after FLUSHALL and what that
// asked of S3, with a reconciler that knows the experiments and with one that has just begun; the floor beside it is one listing of each.
// `npm run bench:recovery -- [experiments]`
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { repositoryRoot, startStack } from '@assay/dev'
import { connectPatient, createQueues } from '@assay/queue'
import { createLocalCloudControl } from '../chaos/local-cloud-control.ts'
import { createStudy } from '../study.ts'

const experiments = Number(process.argv[2] ?? 200)
const STAGES_EACH = 2
const SUBMITTED_AT_ONCE = 4
const LOOK_EVERY_MS = 100
/** So slow that no scripted job ends meanwhile. */
const HOUR_IN_SECONDS = 360_000

const stack = await startStack({
  timeScale: 1,
  env: { ASSAY_LOG_LEVEL: 'warn' },
  cloudArgs: ['--control', '--registry', join(repositoryRoot, 'test/bench/scripted-programs.json')],
})
const study = createStudy(stack)
const cloud = createLocalCloudControl(stack.cloudUrl)
const redis = connectPatient(stack.redisUrl)
const queues = createQueues({ redis, prefix: stack.redisPrefix, longestWaitMs: 3_600_000 })

const say = (line: string) => void process.stdout.write(`${line}\n`)
const seconds = (ms: number) => (ms / 1000).toFixed(1)
const percentile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN

const submitAll = async (): Promise<string[]> => {
  const dataset = await study.addSteel(31)
  const ids: string[] = []
  let left = experiments
  const submit = async () => {
    while (left-- > 0)
      ids.push(
        await study.submit({
          dataset,
          approaches: [
            { id: 'plain', recipe: 'sagemaker-object-detection' },
            {
              id: 'tuned',
              recipe: 'pytorch-script',
              tuning: {
                maxTrials: 2,
                maxParallel: 2,
                ranges: { 'learning-rate': { type: 'continuous', min: 0.001, max: 0.1 } },
              },
            },
          ],
        }),
      )
  }
  await Promise.all(Array.from({ length: SUBMITTED_AT_ONCE }, submit))
  return ids
}

/** Names of the jobs of trainings, by which every experiment stands at rest. */
const trainingJobs = async () => [...(await queues.liveJobs())].filter((name) => /^(train|tune)\//.test(name))

const untilAllTrain = async () => {
  while ((await trainingJobs()).length < experiments * STAGES_EACH) await sleep(LOOK_EVERY_MS)
}

const control = (what: string, init: RequestInit) => fetch(`${stack.cloudUrl}/_control/${what}`, init)

/** Requests to S3 since the journal was emptied, by operation. */
const requests = async () => {
  const counts = new Map<string, number>()
  for (const { operation } of await cloud.journal('s3')) counts.set(operation, (counts.get(operation) ?? 0) + 1)
  return [...counts].map(([operation, count]) => `${operation} ${count}`).join(', ')
}

/** Empties Redis and looks until every stage that had a job has it again. */
const loseRedis = async (label: string) => {
  const wanted = new Set(await trainingJobs())
  await control('journal', { method: 'DELETE' })
  await redis.flushall()
  const startedMs = performance.now()
  const backMs: number[] = []
  while (wanted.size > 0) {
    await sleep(LOOK_EVERY_MS)
    const elapsedMs = performance.now() - startedMs
    for (const name of await trainingJobs()) if (wanted.delete(name)) backMs.push(elapsedMs)
  }
  backMs.sort((a, b) => a - b)
  const [firstMs, lastMs] = [backMs[0] ?? 0, backMs.at(-1) ?? 0]
  say(
    `${label}: ${backMs.length} stages of ${experiments} experiments had their jobs again after p50 ${seconds(percentile(backMs, 0.5))} s, p95 ${seconds(percentile(backMs, 0.95))} s, max ${seconds(lastMs)} s`,
  )
  say(
    `  the first after ${seconds(firstMs)} s, then ${(experiments / Math.max(0.001, (lastMs - firstMs) / 1000)).toFixed(0)} experiments a second; S3: ${await requests()}`,
  )
}

/** What no recovery can do without: each experiment listed once, one after the other. */
const listEach = async (ids: readonly string[]) => {
  const startedMs = performance.now()
  for (const id of ids)
    await study.clients.s3.send(new ListObjectsV2Command({ Bucket: stack.bucket, Prefix: `experiments/${id}/` }))
  return performance.now() - startedMs
}

try {
  await control('clock', { method: 'POST', body: JSON.stringify({ hourInSeconds: HOUR_IN_SECONDS }) })
  const startedMs = performance.now()
  const ids = await submitAll()
  await untilAllTrain()
  say(`${experiments} experiments submitted and training after ${seconds(performance.now() - startedMs)} s`)
  say(`floor: ${experiments} listings one after the other took ${seconds(await listEach(ids))} s`)
  await loseRedis('known experiments')
  await stack.kill('worker-control-1')
  await stack.restart('worker-control-1')
  await loseRedis('a reconciler that has just begun')
} finally {
  await queues.close()
  redis.disconnect()
  study.clients.destroy()
  await stack.stop()
}
process.exit(0)
