import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { ProcessRecords } from './process-records.ts'

/** How a program ended. */
export interface ProgramEnd {
  exitCode: number | null
  signal: NodeJS.Signals | null
}

/** A running program and all its descendants. */
export interface SupervisedProgram {
  ended: Promise<ProgramEnd>
  /** SIGTERM to the program. */
  terminate: () => void
  /** SIGKILL to the program and all its descendants, those in sessions of their own too. */
  kill: () => void
}

interface ProcessStart {
  argv: string[]
  cwd: string
  env: Record<string, string>
  onLine: (line: string) => void
  records: ProcessRecords
}

// The program runs in a process group of its own. Its shell waits for it, hands SIGTERM on, and a second shell reads descriptor 3,
// whose other end only this process holds: when this process dies in any way, SIGKILL included, the read ends and the group is killed.
// What left the group (setsid, a daemon) still carries the program's folder in its environment, and is found by it where there is /proc.
// The first shell is stopped meanwhile: it would end the second once it saw the program gone.
const supervisor = `
kill_strays() {
  [ -n "$SAGEMAKER_BASE_DIR" ] || return
  for found in $(grep -lszxF "SAGEMAKER_BASE_DIR=$SAGEMAKER_BASE_DIR" /proc/[0-9]*/environ); do
    pid=\${found#/proc/}
    pid=\${pid%/environ}
    [ "$pid" = $$ ] || [ "$pid" = "$1" ] || kill -KILL "$pid"
  done
}
exec 4<&3
trap 'kill -TERM $child 2>/dev/null' TERM
(
  trap - TERM
  read -r _ <&4
  kill -STOP $$
  kill_strays "$(exec /bin/sh -c 'echo $PPID')"
  kill -KILL 0
) >/dev/null 2>&1 </dev/null &
watcher=$!
"$@" 3<&- 4<&- &
child=$!
exec 3<&- 4<&-
while :; do
  wait $child
  code=$?
  kill -0 $child 2>/dev/null || break
done
kill -KILL $watcher 2>/dev/null
kill_strays >/dev/null 2>&1
exit $code
`

/** Time the second shell has to end everything, before its group is killed without it. */
const leastKillMs = 5_000

const killGroup = (child: ChildProcess) => {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Gone already.
  }
}

/** Starts a program that dies with this process, lines of both its streams going to `onLine`. */
export const supervise = ({ argv, cwd, env, onLine, records }: ProcessStart): SupervisedProgram => {
  const child = spawn('/bin/sh', ['-c', supervisor, 'program', ...argv], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  if (child.pid !== undefined) records.add(child.pid)
  const linesRead = [child.stdout, child.stderr].map(async (stream) => {
    if (!stream) return
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) onLine(line)
  })
  child.stdio[3]?.on('error', () => {})

  const ended = new Promise<ProgramEnd>((resolve) => {
    child.once('error', (error) => {
      onLine(`cannot start ${argv[0] ?? ''}: ${error.message}`)
      resolve({ exitCode: 127, signal: null })
    })
    child.once('exit', (exitCode, signal) => {
      // A container ends with its first process; so do descendants that are left.
      killGroup(child)
      if (child.pid !== undefined) records.remove(child.pid)
      void Promise.allSettled(linesRead).then(() => resolve({ exitCode, signal }))
    })
  })

  return {
    ended,
    terminate: () => void child.kill('SIGTERM'),
    kill: () => {
      child.stdio[3]?.destroy()
      const late = setTimeout(() => killGroup(child), leastKillMs)
      child.once('exit', () => clearTimeout(late))
    },
  }
}
