import type { StageRef } from '@assay/contracts'
import { type CloudWait, waitingStages } from '@assay/pipeline'
import type { Redis } from 'ioredis'

/** A stage that is parked until the cloud's state changes. */
export interface CloudWaiter {
  ref: StageRef
  wait: CloudWait
}

/** Who waits for what in the cloud. Lost with Redis without harm: each stage enters itself again when it parks again. */
export interface CloudWaits {
  /** Enters a stage that is about to be parked. Answers how many stages wait. */
  enter: (waiter: CloudWaiter) => Promise<number>
  count: () => Promise<number>
  all: () => Promise<CloudWaiter[]>
  of: (resource: Pick<CloudWait, 'kind' | 'name'>) => Promise<CloudWaiter[]>
  leave: (waiter: CloudWaiter) => Promise<void>
}

const READ_AT_ONCE = 1_000

const fieldOf = ({ kind, name }: Pick<CloudWait, 'kind' | 'name'>, stage: StageRef['stage']) =>
  `${kind}/${name}/${stage}`

/** Ten thousand may wait, so the entry holds only what its field does not say. */
type Entry = [
  experimentId: string,
  approachId: string,
  attempt: number,
  state: string,
  created: number,
  modified: number,
]

const entryOf = ({ ref, wait }: CloudWaiter): Entry => [
  ref.experimentId,
  ref.approachId ?? '',
  ref.attempt ?? 1,
  wait.state,
  wait.createdAtMs,
  wait.modifiedAtMs,
]

const waiterOf = (field: string, value: string): CloudWaiter => {
  const [kind, name, stage] = field.split('/') as [CloudWait['kind'], string, StageRef['stage']]
  const [experimentId, approachId, attempt, state, createdAtMs, modifiedAtMs] = JSON.parse(value) as Entry
  return { ref: { experimentId, approachId, attempt, stage }, wait: { kind, name, state, createdAtMs, modifiedAtMs } }
}

export const createCloudWaits = (redis: Redis, prefix: string): CloudWaits => {
  const key = `${prefix}:cloud-waits`
  return {
    async enter(waiter) {
      await redis.hset(key, fieldOf(waiter.wait, waiter.ref.stage), JSON.stringify(entryOf(waiter)))
      return redis.hlen(key)
    },
    count: () => redis.hlen(key),
    async all() {
      // Read in pieces, so that Redis is never held up; a field may then come twice.
      const found = new Map<string, string>()
      let cursor = '0'
      do {
        const [next, flat] = await redis.hscan(key, cursor, 'COUNT', READ_AT_ONCE)
        for (let index = 0; index + 1 < flat.length; index += 2) found.set(flat[index] ?? '', flat[index + 1] ?? '')
        cursor = next
      } while (cursor !== '0')
      return [...found].map(([field, value]) => waiterOf(field, value))
    },
    async of(resource) {
      const fields = waitingStages[resource.kind].map((stage) => fieldOf(resource, stage))
      const values = await redis.hmget(key, ...fields)
      return fields.flatMap((field, index) => {
        const value = values[index]
        return typeof value === 'string' ? [waiterOf(field, value)] : []
      })
    },
    async leave({ ref, wait }) {
      await redis.hdel(key, fieldOf(wait, ref.stage))
    },
  }
}
