import { failed, type Finding, ok, reasonOf, warning } from './finding.ts'

/** Beyond this AWS refuses signatures. */
const REFUSED_SECONDS = 300
const SAID_SECONDS = 60

/** This machine's clock against the cloud's Date header; half a round trip is taken off. */
export const checkClock = async (url: string, now: () => number = Date.now): Promise<Finding[]> => {
  const sentMs = now()
  let date: string | null
  try {
    const answer = await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(5_000) })
    date = answer.headers.get('date')
  } catch (error) {
    return [warning('clock', `${url} did not tell the time: ${reasonOf(error)}`, 'check the network and any proxy')]
  }
  if (date === null) return [warning('clock', `${url} did not tell the time`, 'compare the clock with a time server')]
  const skewSeconds = Math.round((Date.parse(date) - (sentMs + now()) / 2) / 1000)
  const detail = `${Math.abs(skewSeconds)} s ${skewSeconds >= 0 ? 'behind' : 'ahead of'} the cloud`
  const advice = 'set the clock by NTP; AWS refuses signatures that are 5 minutes off'
  if (Math.abs(skewSeconds) >= REFUSED_SECONDS) return [failed('clock', detail, advice)]
  return [Math.abs(skewSeconds) >= SAID_SECONDS ? warning('clock', detail, advice) : ok('clock', detail)]
}
