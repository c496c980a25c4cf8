import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const lookAgainEveryMs = 200

const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** The process that holds the lock; undefined where it is free, also because its holder has died. */
const holderOf = (path) => {
  try {
    const pid = Number(readFileSync(path, 'utf8'))
    return isAlive(pid) ? pid : undefined
  } catch {
    return undefined
  }
}

const take = (path) => {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    return false
  }
}

/** Runs `work` while no other process of this machine runs it under the same path. */
export const withLock = async (path, say, work) => {
  mkdirSync(dirname(path), { recursive: true })
  for (let told = false; !take(path); await sleep(lookAgainEveryMs)) {
    const holder = holderOf(path)
    if (holder === undefined) rmSync(path, { force: true })
    else if (!told) {
      say(`set-up       waits for process ${holder}, which sets up this clone`)
      told = true
    }
  }
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}
