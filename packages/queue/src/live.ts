import { randomUUID } from 'node:crypto'
import type { Progress, StageRef } from '@assay/contracts'
import type { Redis } from 'ioredis'

const KEPT_SECONDS = 7 * 86_400

/** Progress and change notices in Redis: for people only, lost without harm. */
export interface Live {
  setProgress: (ref: StageRef, key: string, progress: Progress) => Promise<void>
  clearProgress: (ref: StageRef, key: string) => Promise<void>
  /** By stage key (see stageKey in packages/pipeline). */
  progress: (experimentId: string) => Promise<ReadonlyMap<string, Progress>>
  /** Progress of a data set's check. */
  setDatasetProgress: (datasetId: string, progress: Progress) => Promise<void>
  changed: (experimentId: string) => Promise<void>
  /** The newest change: `<epoch>-<number>`; a new epoch after Redis lost its content. */
  lastChange: (experimentId: string) => Promise<string>
}

export const createLive = (redis: Redis, prefix: string): Live => {
  const progressKey = (experimentId: string) => `${prefix}:progress:${experimentId}`
  const changesKey = (experimentId: string) => `${prefix}:changes:${experimentId}`
  const epochKey = `${prefix}:changes-epoch`

  const changed = async (experimentId: string) => {
    await redis.multi().incr(changesKey(experimentId)).expire(changesKey(experimentId), KEPT_SECONDS).exec()
  }
  return {
    changed,
    async setProgress(ref, key, progress) {
      await redis
        .multi()
        .hset(progressKey(ref.experimentId), key, JSON.stringify(progress))
        .expire(progressKey(ref.experimentId), KEPT_SECONDS)
        .exec()
      await changed(ref.experimentId)
    },
    async setDatasetProgress(datasetId, progress) {
      await redis.set(progressKey(datasetId), JSON.stringify(progress), 'EX', KEPT_SECONDS)
    },
    async clearProgress(ref, key) {
      await redis.hdel(progressKey(ref.experimentId), key)
    },
    async progress(experimentId) {
      const stored = await redis.hgetall(progressKey(experimentId))
      return new Map(Object.entries(stored).map(([key, value]) => [key, JSON.parse(value) as Progress]))
    },
    async lastChange(experimentId) {
      await redis.set(epochKey, randomUUID().slice(0, 8), 'NX')
      const [epoch, newest] = await redis.mget(epochKey, changesKey(experimentId))
      return `${epoch}-${newest ?? 0}`
    },
  }
}
