// Measures how the end of cloud jobs is noticed: 10,000 running jobs whose stages are parked, beside 100,000 that have ended, on the local
// cloud with scripted jobs, a real Redis, the real queue and the real poller, each a process; then one Describe per job and minute beside it.
// `npm run bench:polling -- [running jobs] [ended jobs] [minutes]`
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { resourceName } from '@assay/cloud'
import { makeRunFolder, prepareRedis, repositoryRoot, startKeeper, startRedis } from '@assay/dev'
import { connectPatient, createCloudWaits, createQueues } from '@assay/queue'
import { type FromPoller, runPoller } from './polling/run-poller.ts'
import { type FromStages, runStages, type StagesMode } from './polling/run-stages.ts'

const [role = '', ...rest] = process.argv.slice(2)
const running = Number(role || 10_000)
const ended = Number(rest[0] ?? 100_000)
const minutes = Number(rest[1] ?? 5)

const experimentIdOf = (index: number) =>
  Array.from({ length: 13 }, (_, place) => 'abcdefghijklmnopqrstuvwxyz234567'[Math.floor(index / 32 ** place) % 32])
    .join('')
    .padEnd(13, 'a')

/** Two rounds of looks: the first comes in a bunch, as all were parked at once. */
const EACH_MS = 120_000

const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN

const createJobs = async (url: string, from: number, count: number, secondsOf: () => number) => {
  let next = from
  const create = async () => {
    while (next < from + count) {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'x-amz-target': 'SageMaker.CreateTrainingJob', 'content-type': 'application/x-amz-json-1.1' },
        body: JSON.stringify({
          TrainingJobName: resourceName(experimentIdOf(next++), 0, 1),
          RoleArn: 'arn:aws:iam::123456789012:role/local',
          AlgorithmSpecification: { TrainingImage: 'local/scripted:1', TrainingInputMode: 'File' },
          HyperParameters: { duration_seconds: String(secondsOf()), artifact: 'no' },
          OutputDataConfig: { S3OutputPath: 's3://bench/out' },
          ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
          StoppingCondition: { MaxRuntimeInSeconds: 86_400 },
        }),
      })
      if (!answer.ok) throw new Error(`CreateTrainingJob answered ${answer.status}: ${await answer.text()}`)
      await answer.arrayBuffer()
    }
  }
  await Promise.all(Array.from({ length: 16 }, create))
}

const startCloud = async (folder: string, children: ChildProcess[]): Promise<string> => {
  const args = [join(repositoryRoot, 'dist/local-cloud.js'), '--port', '0', '--data', join(folder, 'cloud'), '--cpus']
  const cloud = spawn(process.execPath, [...args, '100000'], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(cloud)
  for await (const line of createInterface({ input: cloud.stdout })) {
    const address = /http:\/\/\S+/.exec(line)?.[0]
    if (address) return address
  }
  throw new Error('the local cloud did not say its address; "npm run build" makes it')
}

/** Messages of a child process since it was started, oldest first. */
const listen = <Message>(child: ChildProcess): Message[] => {
  const messages: Message[] = []
  child.on('message', (message) => messages.push(message as Message))
  return messages
}

const main = async () => {
  const children: ChildProcess[] = []
  process.once('exit', () => children.forEach((child) => child.kill('SIGKILL')))
  const folder = makeRunFolder('bench-polling')
  mkdirSync(folder, { recursive: true })
  const keeper = startKeeper()
  const server = await startRedis(await prepareRedis(console.log), folder, keeper)
  const redis = connectPatient(server.url)
  const cloudUrl = await startCloud(folder, children)
  const startRole = (name: string, ...args: string[]) => {
    const child = fork(process.argv[1] ?? '', [name, server.url, cloudUrl, ...args], { stdio: 'inherit' })
    children.push(child)
    return child
  }
  const memoryBytes = async () => Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1])
  const parked = (prefix: string) => redis.zcard(`${prefix}:train:delayed`)

  const parkAll = async (prefix: string, mode: StagesMode) => {
    const queues = createQueues({ redis, prefix, longestWaitMs: 3_600_000 })
    const waits = createCloudWaits(redis, prefix)
    for (let index = 0; index < running; index++) {
      const ref = {
        experimentId: experimentIdOf(ended + index),
        approachId: 'one',
        attempt: 1,
        stage: 'train',
      } as const
      const name = resourceName(ref.experimentId, 0, 1)
      // Entered before they run, so that each stage sleeps as one of all; the stage then enters what it really saw.
      const wait = { kind: 'training-job', name, state: '', createdAtMs: Date.now(), modifiedAtMs: Date.now() } as const
      if (mode === 'woken') await waits.enter({ ref, wait })
      await queues.ensure(ref)
    }
    const stages = startRole('stages', prefix, mode)
    const messages = listen<FromStages>(stages)
    while ((await redis.llen(`${prefix}:train:wait`)) > 0) await sleep(200)
    while ((await redis.llen(`${prefix}:train:active`)) > 0) await sleep(200)
    await queues.close()
    return { stages, messages }
  }

  const startedMs = performance.now()
  await createJobs(cloudUrl, 0, ended, () => 0)
  await createJobs(cloudUrl, ended, running, () => Math.round(120 + Math.random() * 3_480))
  console.log(
    `${ended} ended and ${running} running jobs made in ${Math.round((performance.now() - startedMs) / 1000)} s`,
  )

  const before = await memoryBytes()
  const { stages, messages } = await parkAll('woken', 'woken')
  const bytesPerJob = ((await memoryBytes()) - before) / (await parked('woken'))
  const fromMs = Date.now()
  const reports = listen<FromPoller>(startRole('poller', 'woken'))
  await sleep(minutes * 60_000)
  const looks = messages.filter(({ atMs }) => atMs >= fromMs)
  const poller = reports.at(-1)
  const seen = looks.filter(({ lateMs }) => lateMs !== undefined).map(({ lateMs = 0 }) => lateMs)
  const late = seen.toSorted((a, b) => a - b)
  stages.kill()
  if (!poller) throw new Error('the poller reported nothing')

  const each = await parkAll('each', 'each')
  const eachFromMs = Date.now()
  await sleep(EACH_MS)
  const own = each.messages.filter(({ atMs }) => atMs >= eachFromMs)
  const [first, last] = [own[0], own.at(-1)]
  if (!first || !last) throw new Error('the stages reported nothing')
  const seconds = EACH_MS / 1000
  const cpu = (last.cpuMs - first.cpuMs) / 1000 / seconds

  const listsPerSecond = poller.calls / (poller.forMs / 1000)
  const describesPerSecond = own.length / seconds
  const stagesCpu = ((looks.at(-1)?.cpuMs ?? 0) - (looks[0]?.cpuMs ?? 0)) / (minutes * 60_000)
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`
  console.log(
    `poller: ${listsPerSecond.toFixed(2)} List calls/s over ${Math.round(poller.forMs / 1000)} s, at most ${poller.mostCallsInTenSeconds} in 10 s`,
  )
  console.log(
    `ends noticed: ${late.length}, p50 ${(quantile(late, 0.5) / 1000).toFixed(1)} s, p95 ${(quantile(late, 0.95) / 1000).toFixed(1)} s after the end; interval ${poller.everyMs / 1000} s`,
  )
  console.log(
    `CPU: poller ${percent(poller.cpuMs / poller.forMs)} of a core, stages that were woken ${percent(stagesCpu)}`,
  )
  console.log(`Redis: ${Math.round(bytesPerJob)} bytes a parked stage`)
  console.log(
    `one Describe a job and minute instead: ${describesPerSecond.toFixed(0)} calls/s, CPU ${percent(cpu)} of a core`,
  )
  console.log(
    `ratio: ${(describesPerSecond / (listsPerSecond + looks.length / (minutes * 60))).toFixed(0)} times fewer calls, the looks of woken stages counted`,
  )
  redis.disconnect()
  children.forEach((child) => child.kill('SIGKILL'))
  await server.process.stop()
  keeper.stop()
}

if (role === 'poller') await runPoller(rest)
else if (role === 'stages') runStages(rest)
else await main()
