// Ends every process that its parent started once the parent has gone, however it went. Standard input carries one
// line a child: "+<pid>" when it starts, "-<pid>" when it has ended. Each child leads a process group of its own,
// so whatever it started goes with it.
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

const graceMs = 2_000
const lookEveryMs = 50

const groups = new Set()
// A terminal's Ctrl-C reaches us too; our parent decides what it means.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})

const signalGroup = (pid, signal) => {
  try {
    process.kill(-pid, signal)
    return true
  } catch {
    return false
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1))
  if (line.startsWith('+')) groups.add(pid)
  else groups.delete(pid)
}
for (const pid of groups) signalGroup(pid, 'SIGTERM')
for (let waitedMs = 0; waitedMs < graceMs && [...groups].some((pid) => signalGroup(pid, 0)); waitedMs += lookEveryMs)
  await sleep(lookEveryMs)
for (const pid of groups) signalGroup(pid, 'SIGKILL')
