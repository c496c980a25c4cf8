import { readdirSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StageRef } from '@assay/contracts'
import { createTiming } from '@assay/pipeline'
import { connectFailFast, createQueues, jobIdOf, queueOfStage } from '@assay/queue'
import { Redis } from 'ioredis'
import { askToStop } from './ask-to-stop.ts'
import { type ChaosStack, timeScale } from './chaos-stack.ts'
import type { Violation } from './invariants.ts'
import { type ChaosStage, workerOf } from './stages.ts'

/** Something that is done to a process while a stage is at work. */
export interface LiveRow {
  fault: string
  act: (
    stack: ChaosStack,
    stage: ChaosStage,
    experimentId: string,
    chance: () => number,
  ) => Promise<readonly Violation[] | void>
  /** A process stands still for longer than its lock. */
  frozen?: boolean
  /** Every stage must come to its end at its first try. */
  costsNoTry?: boolean
}

const REDIS_AWAY_MS = 300
const LARGEST_CUT_BYTES = 64 * 1024
const { lockMs } = createTiming(timeScale)

const cutAppendOnlyFile = (runFolder: string, chance: () => number) => {
  const folder = join(runFolder, 'redis/appendonlydir')
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.incr.aof'))) {
    const { size } = statSync(join(folder, name))
    truncateSync(join(folder, name), Math.max(0, size - Math.ceil(chance() * Math.min(size, LARGEST_CUT_BYTES))))
  }
}

const restartRedis = async (stack: ChaosStack, meanwhile: () => void = () => {}) => {
  await stack.kill('redis')
  meanwhile()
  await sleep(REDIS_AWAY_MS)
  await stack.restart('redis')
}

export const flushRedis = async ({ redisUrl }: ChaosStack): Promise<void> => {
  const redis = new Redis(redisUrl)
  await redis.flushall()
  redis.disconnect()
}

/** The stage that an outcome's path below `experiments/<id>/` belongs to. */
const refOf = ({ name, outcome }: ChaosStage, experimentId: string): StageRef => {
  const [approachId = '', attempt, file = ''] = outcome.split('/')
  if (file !== '')
    return {
      experimentId,
      approachId,
      attempt: Number(attempt),
      stage: name,
      ...(name === 'infer' ? { part: '0' } : {}),
    }
  const [, part] = /-(.+)\.json$/.exec(outcome) ?? []
  return { experimentId, stage: name, ...(part === undefined ? {} : { part }) }
}

const deliverTwice = async ({ redisUrl, redisPrefix }: ChaosStack, stage: ChaosStage, experimentId: string) => {
  const redis = connectFailFast(redisUrl)
  const queues = createQueues({ redis, prefix: redisPrefix, longestWaitMs: 60_000 })
  const ref = refOf(stage, experimentId)
  const queue = queues.all.find(({ name }) => name === queueOfStage[ref.stage])
  await queue?.add('a copy', ref, { jobId: `${jobIdOf(ref)}.copy` })
  await queues.close()
  redis.disconnect()
}

/** Another worker takes the stage over and ends it while the first stands still with its answer on the way; then the first goes on. */
const freeze = async (stack: ChaosStack, stage: ChaosStage) => {
  const [first, second] = [`${workerOf(stage)}-1`, `${workerOf(stage)}-2`]
  await stack.kill(first, 'SIGSTOP')
  await stack.bringUp(second)
  await sleep(2 * lockMs)
  await stack.kill(first, 'SIGCONT')
  await stack.takeDown(second)
}

export const liveRows: readonly LiveRow[] = [
  { fault: 'Redis killed and started again', act: (stack) => restartRedis(stack) },
  { fault: 'Redis emptied', act: flushRedis },
  {
    fault: "the end of Redis's append-only file lost",
    act: (stack, _stage, _id, chance) => restartRedis(stack, () => cutAppendOnlyFile(stack.runFolder, chance)),
  },
  { fault: 'the job delivered twice at once', act: deliverTwice },
  {
    fault: 'its worker asked to stop',
    act: (stack, stage) => askToStop(stack, `${workerOf(stage)}-1`),
    costsNoTry: true,
  },
  { fault: 'its worker frozen for longer than the lock', act: freeze, frozen: true },
]
