import type { Scheduler } from './scheduler.ts'

export interface Process {
  id: number
  alive: boolean
  frozenUntilMs: number
}

const PROCESSES = 3
const STARTS_AFTER_MS = 5_000

/** The workers of a run: those that die are followed by new ones. */
export class Processes {
  #all: Process[] = []
  #scheduler: Scheduler
  #say: (text: string) => void

  constructor(scheduler: Scheduler, say: (text: string) => void) {
    this.#scheduler = scheduler
    this.#say = say
    for (let count = 0; count < PROCESSES; count++) this.#start()
  }

  #start() {
    this.#all.push({ id: this.#all.length, alive: true, frozenUntilMs: 0 })
  }

  awake(): Process[] {
    return this.#all.filter(({ alive, frozenUntilMs }) => alive && frozenUntilMs <= this.#scheduler.nowMs)
  }

  kill() {
    const victim = this.#all[this.#scheduler.random.below(this.#all.length)]
    if (!victim?.alive) return
    this.#say(`process ${victim.id} is killed`)
    victim.alive = false
    this.#scheduler.at(STARTS_AFTER_MS, () => this.#start())
  }
}

/** What each process has of its own, made when it is first asked for; a new process begins without memory. */
export const perProcess = <Part>(make: (process: Process) => Part): ((process: Process) => Part) => {
  const made = new Map<Process, Part>()
  return (process) => {
    const known = made.get(process) ?? make(process)
    made.set(process, known)
    return known
  }
}
