import { randomUUID } from 'node:crypto'
import type { Progress, StageRef } from '@assay/contracts'
import type { Redis } from 'ioredis'

const KEPT_SECONDS = 7 * 86_400
/** Field that counts an experiment's changes, beside those of its stages. */
const CHANGES = 'changes'

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
  const epochKey = `${prefix}:changes-epoch`

  /** Counts a change, and sets what else is given, in one round trip. */
  const change = (experimentId: string) => {
    const key = progressKey(experimentId)
    return { key, commands: redis.multi().hincrby(key, CHANGES, 1).expire(key, KEPT_SECONDS) }
  }
  return {
    async changed(experimentId) {
      await change(experimentId).commands.exec()
    },
    async setProgress(ref, stage, progress) {
      const { key, commands } = change(ref.experimentId)
      await commands.hset(key, stage, JSON.stringify(progress)).exec()
    },
    async setDatasetProgress(datasetId, progress) {
      await redis.set(progressKey(datasetId), JSON.stringify(progress), 'EX', KEPT_SECONDS)
    },
    async clearProgress(ref, key) {
      await redis.hdel(progressKey(ref.experimentId), key)
    },
    async progress(experimentId) {
      const stored = await redis.hgetall(progressKey(experimentId))
      const stages = Object.entries(stored).filter(([key]) => key !== CHANGES)
      return new Map(stages.map(([key, value]) => [key, JSON.parse(value) as Progress]))
    },
    async lastChange(experimentId) {
      await redis.set(epochKey, randomUUID().slice(0, 8), 'NX')
      const [epoch, newest] = await Promise.all([redis.get(epochKey), redis.hget(progressKey(experimentId), CHANGES)])
      return `${epoch}-${newest ?? 0}`
    },
  }
}
