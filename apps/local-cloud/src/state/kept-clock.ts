import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { type CloudClock, type ClockState, createCloudClock } from '../clock.ts'

/** A clock whose pace and time go on after a restart; cloud time passes also while the cloud is off. */
export const openClock = (path: string): CloudClock => {
  const clock = createCloudClock(existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as ClockState) : undefined)
  return {
    ...clock,
    setHourInSeconds: (seconds) => {
      clock.setHourInSeconds(seconds)
      writeFileSync(`${path}.next`, JSON.stringify(clock.state()))
      renameSync(`${path}.next`, path)
    },
  }
}
