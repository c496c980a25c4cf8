import type { StageRef } from '@assay/contracts'
import { isLater, type Later, parkMs, stageKey } from '@assay/pipeline'
import { type CloudWaiter, liveJobName, type Note } from '@assay/queue'
import type { Ground } from './ground.ts'
import type { Parts } from './process-parts.ts'
import type { Process, Processes } from './processes.ts'
import { log, timing } from './simulated-experiment.ts'

interface Job {
  ref: StageRef
  state: 'waiting' | 'active' | 'delayed' | 'completed' | 'failed'
  dueMs: number
  tries: number
  delivery: number
}

const LOCK_MS = 10_000
const neverAborted = new AbortController().signal

/** The queue, who waits for what in the cloud, and the reconciler's notes: all of it may vanish. */
export class VirtualRedis {
  readonly waits = new Map<string, CloudWaiter>()
  readonly bugs: unknown[] = []
  note: Note | undefined
  #notesKept = false
  #jobs = new Map<string, Job>()
  #deliveries = 0
  #ground: Ground
  #processes: Processes
  #runStage: (process: Process) => Parts['runStage']

  constructor(ground: Ground, processes: Processes, runStage: (process: Process) => Parts['runStage']) {
    this.#ground = ground
    this.#processes = processes
    this.#runStage = runStage
  }

  flush() {
    this.#jobs.clear()
    this.waits.clear()
    this.note = undefined
    this.#notesKept = false
  }

  liveJobs(): ReadonlySet<string> {
    const isLive = ({ state }: Job) => state === 'waiting' || state === 'active' || state === 'delayed'
    return new Set([...this.#jobs.values()].filter(isLive).map(({ ref }) => liveJobName(ref)))
  }

  /** As the notes answer it: once for each loss. */
  wereNotesLost(): boolean {
    const wereLost = !this.#notesKept
    this.#notesKept = true
    return wereLost
  }

  ensure(ref: StageRef) {
    const id = stageKey(ref)
    const job = this.#jobs.get(id)
    if (job && (job.state === 'waiting' || job.state === 'active' || job.state === 'delayed')) return
    if (this.#ground.scheduler.random.chance(this.#ground.faults.lose)) return this.#ground.say(`queue loses ${id}`)
    this.#jobs.set(id, { ref, state: 'waiting', dueMs: 0, tries: 0, delivery: 0 })
    this.#schedule(id, 0)
  }

  #schedule(id: string, delayMs: number) {
    this.#ground.scheduler.at(delayMs + this.#ground.scheduler.random.between(1, 100), () => {
      const job = this.#jobs.get(id)
      if (!job || (job.state !== 'waiting' && job.state !== 'delayed')) return
      const awake = this.#processes.awake()
      if (awake.length === 0) return this.#schedule(id, 1_000)
      const deliver = () => void this.#deliver(id, job, awake)
      deliver()
      if (this.#ground.scheduler.random.chance(this.#ground.faults.duplicate)) deliver()
    })
  }

  async #deliver(id: string, job: Job, awake: readonly Process[]): Promise<void> {
    const process = awake[this.#ground.scheduler.random.below(awake.length)]
    if (!process) return
    const delivery = ++this.#deliveries
    job.state = 'active'
    job.delivery = delivery
    this.#watchLock(id, job, delivery, process)
    const context = {
      log,
      worker: String(process.id),
      now: () => this.#ground.now(),
      signal: neverAborted,
      progress: () => {},
    }
    const startedAt = this.#ground.now().toISOString()
    this.#ground.say(`process ${process.id} runs ${id}, try ${job.tries + 1}`)
    // A zombie's answer is refused: its lock belongs to a later delivery.
    const settle = (act: () => void) => job.delivery === delivery && this.#jobs.get(id) === job && act()
    try {
      const answer = await this.#runStage(process)(
        { ref: job.ref, tryNumber: job.tries + 1, maxTries: 8, startedAt, waits: [], crashes: 0 },
        context,
      )
      settle(() => {
        job.state = isLater(answer) ? 'delayed' : 'completed'
        if (isLater(answer)) this.#park(id, job.ref, answer)
      })
    } catch (error) {
      this.#ground.say(`${id}: ${String(error)}`)
      if (error instanceof TypeError || error instanceof ReferenceError) this.bugs.push(error)
      settle(() => {
        job.tries++
        job.state = job.tries >= 8 ? 'failed' : 'delayed'
        if (job.state === 'delayed') this.#schedule(id, 2_000 * 2 ** Math.min(job.tries, 5))
      })
    }
  }

  #park(id: string, ref: StageRef, { later: { afterMs, cloud } }: Later) {
    if (!cloud) return this.#schedule(id, afterMs)
    this.waits.set(`${cloud.kind}/${cloud.name}/${ref.stage}`, { ref, wait: cloud })
    return this.#schedule(id, parkMs(afterMs, this.waits.size + this.#ground.faults.crowd, timing))
  }

  promote(ref: StageRef): 'promoted' | 'live' | 'over' {
    const id = stageKey(ref)
    const job = this.#jobs.get(id)
    if (!job || job.state === 'completed' || job.state === 'failed') return 'over'
    if (job.state !== 'delayed') return 'live'
    this.#ground.say(`${id} is woken`)
    this.#schedule(id, 0)
    return 'promoted'
  }

  /** The queue hands a job on when its worker died or stood still longer than the lock. */
  #watchLock(id: string, job: Job, delivery: number, process: Process) {
    this.#ground.scheduler.at(LOCK_MS, () => {
      if (job.delivery !== delivery || job.state !== 'active' || this.#jobs.get(id) !== job) return
      if (process.alive && process.frozenUntilMs <= this.#ground.scheduler.nowMs)
        return this.#watchLock(id, job, delivery, process)
      this.#ground.say(`${id} had stalled`)
      job.state = 'waiting'
      job.delivery = 0
      return this.#schedule(id, 0)
    })
  }

  write(stages: readonly StageRef[] | undefined) {
    this.note = stages && { atMs: this.#ground.scheduler.nowMs, jobs: stages.map(liveJobName) }
  }
}
