import { connectFailFast, liveWorkers, queueNames } from '@assay/queue'
import { failed, type Finding, ok, reasonOf, warning } from './finding.ts'

const settingOf = (answer: unknown): string | undefined => (Array.isArray(answer) ? String(answer[1]) : undefined)

const versionAdvice = 'BullMQ needs Redis 6.2 or newer'

/** Redis: there, new enough, losing no keys to memory pressure, writing a log to disk; and a worker at every queue. */
export const checkRedis = async (url: string, prefix: string): Promise<Finding[]> => {
  const redis = connectFailFast(url)
  try {
    const info = await redis.info('server')
    const version = /redis_version:(\S+)/.exec(info)?.[1] ?? 'unknown'
    const [major = 0, minor = 0] = version.split('.').map(Number)
    const policy = settingOf(await redis.config('GET', 'maxmemory-policy').catch(() => undefined))
    const log = settingOf(await redis.config('GET', 'appendonly').catch(() => undefined))
    const unreadable = 'managed Redis hides its settings: look there that maxmemory-policy is noeviction and AOF is on'
    const findings = [
      major > 6 || (major === 6 && minor >= 2)
        ? ok('redis', `version ${version}`)
        : failed('redis', `version ${version} met`, versionAdvice),
      policy === undefined
        ? warning('redis settings', 'not readable', unreadable)
        : policy === 'noeviction'
          ? ok('redis settings', 'maxmemory-policy noeviction')
          : failed(
              'redis settings',
              `maxmemory-policy ${policy}: jobs would be dropped under memory pressure`,
              'redis-cli config set maxmemory-policy noeviction, and in its configuration file',
            ),
      ...(log === 'no'
        ? [
            warning(
              'redis log',
              'appendonly no: a restart empties the queues, which are then filled again from the ledger',
              'redis-cli config set appendonly yes, and in its configuration file',
            ),
          ]
        : []),
    ]
    return [...findings, ...(await checkWorkers(redis, prefix))]
  } catch (error) {
    return [failed('redis', `${new URL(url).host}: ${reasonOf(error)}`, 'start Redis, or set ASSAY_REDIS_URL to it')]
  } finally {
    redis.disconnect()
  }
}

const checkWorkers = async (redis: ReturnType<typeof connectFailFast>, prefix: string): Promise<Finding[]> => {
  const workers = await liveWorkers(redis, prefix)
  const missing = queueNames.filter((name) => !workers.get(name))
  const counts = queueNames.map((name) => `${name} ${workers.get(name) ?? 0}`).join(', ')
  return [
    missing.length === 0
      ? ok('workers', counts)
      : warning(
          'workers',
          `${counts}: none for ${missing.join(', ')}`,
          `start ${missing.map((name) => `"npm run start:${name}"`).join(', ')}; what was submitted waits until then`,
        ),
  ]
}
