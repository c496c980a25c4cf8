import type { StageRef } from '@assay/contracts'
import type { Redis } from 'ioredis'
import { jobIdOf, queueOfStage } from './job-names.ts'

/** What an experiment's last fold left to be done. */
export interface Note {
  /** When it was folded, in ms. */
  atMs: number
  /** The jobs that it left live, as liveJobs names them. */
  jobs: readonly string[]
}

/**
 * What `advance` left live, by experiment, so that the reconciler can hold it against the queues without a look into the ledger. Lost with
 * Redis without harm: then the ledger is listed.
 */
export interface Notes {
  write: (experimentId: string, stages: readonly StageRef[]) => Promise<void>
  remove: (experimentId: string) => Promise<void>
  all: () => Promise<ReadonlyMap<string, Note>>
  /** Whether Redis has lost its content since this was last asked, by anyone; true for a new Redis. */
  wereLost: () => Promise<boolean>
}

const READ_AT_ONCE = 1_000

/** A job's name over all queues. */
export const liveJobName = (ref: StageRef): string => `${queueOfStage[ref.stage]}/${jobIdOf(ref)}`

export const createNotes = (redis: Redis, prefix: string): Notes => {
  const key = `${prefix}:notes`
  return {
    async write(experimentId, stages) {
      await redis.hset(key, experimentId, JSON.stringify([Date.now(), ...stages.map(liveJobName)]))
    },
    async remove(experimentId) {
      await redis.hdel(key, experimentId)
    },
    async all() {
      const found = new Map<string, Note>()
      let cursor = '0'
      do {
        const [next, flat] = await redis.hscan(key, cursor, 'COUNT', READ_AT_ONCE)
        for (let index = 0; index + 1 < flat.length; index += 2) {
          const [atMs, ...jobs] = JSON.parse(flat[index + 1] ?? '') as [number, ...string[]]
          found.set(flat[index] ?? '', { atMs, jobs })
        }
        cursor = next
      } while (cursor !== '0')
      return found
    },
    wereLost: async () => (await redis.set(`${prefix}:notes-kept`, '1', 'NX')) === 'OK',
  }
}
