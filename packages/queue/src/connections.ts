import { Redis, type RedisOptions } from 'ioredis'

/** For code that must answer soon: an unreachable Redis makes a command fail within about two seconds. */
export const connectFailFast = (url: string): Redis => connect(url, { maxRetriesPerRequest: 1, commandTimeout: 2_000 })

/** Longer than BullMQ's longest blocking read, so that only a dead connection is silent for so long. */
const DEAD_AFTER_MS = 20_000

/**
 * For workers: commands wait until Redis is back. A connection that stays silent for deadAfterMs while a command waits is dead, whatever TCP says
 * (a fail-over or a firewall may have forgotten it), and is made anew. (Default: 20,000)
 */
export const connectPatient = (url: string, { deadAfterMs = DEAD_AFTER_MS } = {}): Redis =>
  connect(url, { maxRetriesPerRequest: null, socketTimeout: deadAfterMs })

const connect = (url: string, options: RedisOptions): Redis => {
  const redis = new Redis(url, { ...options, retryStrategy: (times) => Math.min(50 * 2 ** times, 2_000) })
  // Without a listener a connection error would end the process; the commands themselves report what matters.
  redis.on('error', () => {})
  return redis
}

/** Refuses a Redis that would drop queue keys under memory pressure. */
export const assertNoEviction = async (redis: Redis): Promise<void> => {
  // Managed services refuse CONFIG; INFO is for everybody, but not every imitation names the policy there.
  const [, told] = /^maxmemory_policy:(\S+)/m.exec(await redis.info('memory')) ?? []
  const answer: unknown = told ?? (await redis.config('GET', 'maxmemory-policy').catch(() => undefined))
  const policy: unknown = Array.isArray(answer) ? answer[1] : answer
  if (typeof policy === 'string' && policy !== 'noeviction')
    throw new Error(
      `Redis runs with maxmemory-policy ${policy}; noeviction is needed, else jobs are lost. Set it with: redis-cli config set maxmemory-policy noeviction`,
    )
}
