import { pollEveryMs } from '@assay/pipeline'
import { createPoll, createReconcile, createSweep } from './background.ts'
import type { Faults } from './faults.ts'
import { Ground } from './ground.ts'
import { createParts } from './process-parts.ts'
import { perProcess, type Process, Processes } from './processes.ts'
import { timing } from './simulated-experiment.ts'
import { VirtualRedis } from './virtual-redis.ts'

/** Within this time from the start everything happens that a seed has in store. */
const HORIZON_MS = 15 * 60_000

/** One experiment, its processes and whatever befalls them, in virtual time. */
export class World {
  readonly #ground: Ground
  readonly #processes: Processes
  readonly #redis: VirtualRedis
  readonly #partsOf = perProcess((process) => createParts(this.#ground, this.#redis, process))

  constructor(seed: number, faults: Faults) {
    this.#ground = new Ground(seed, faults)
    this.#processes = new Processes(this.#ground.scheduler, (text) => this.#ground.say(text))
    this.#redis = new VirtualRedis(this.#ground, this.#processes, (process) => this.#partsOf(process).runStage)
  }

  get cloud() {
    return this.#ground.cloud
  }

  get s3() {
    return this.#ground.s3
  }

  get trace(): readonly string[] {
    return this.#ground.trace
  }

  get broken(): readonly string[] {
    return this.#ground.broken
  }

  /** Errors that only a fault of ours can be. */
  get bugs(): readonly unknown[] {
    return this.#redis.bugs
  }

  fold() {
    return this.#ground.fold()
  }

  /** A coroutine that dies with its process; its errors are logged, the next pass tries again. */
  #background(name: string, everyMs: number, pass: (process: Process) => Promise<unknown>) {
    const { scheduler } = this.#ground
    const tick = () => {
      const awake = this.#processes.awake()
      const process = awake[scheduler.random.below(awake.length)]
      if (process) pass(process).catch((error: unknown) => this.#ground.say(`${name}: ${String(error)}`))
      scheduler.at(everyMs, tick, { beat: true })
    }
    scheduler.at(scheduler.random.between(0, everyMs), tick, { beat: true })
  }

  /** As the API does it: mark, attempt, mark again, each a call of its own. Also after the end. */
  async #askForRetry(attempt: number) {
    const api: Process = { id: -1, alive: true, frozenUntilMs: 0 }
    const insist = async (effect: () => unknown): Promise<unknown> => {
      try {
        return await this.#ground.call(api, effect)
      } catch {
        return insist(effect)
      }
    }
    this.#ground.say('a retry is requested')
    await insist(() => (this.#ground.isOpen = true))
    await insist(() =>
      this.#ground.create('retry-1.json', { at: this.#ground.now().toISOString(), approachId: 'one', attempt }),
    )
    await insist(() => (this.#ground.isOpen = true))
  }

  #disturb() {
    const { scheduler, faults } = this.#ground
    const sometime = (act: () => void) => scheduler.at(scheduler.random.between(0, HORIZON_MS), act)
    for (let kill = 0; kill < faults.kills; kill++) sometime(() => this.#processes.kill())
    for (let flush = 0; flush < faults.flushes; flush++)
      sometime(() => {
        this.#ground.say('Redis loses everything')
        this.#redis.flush()
      })
    if (faults.cancel)
      sometime(() => {
        if (this.fold().finish) return
        this.#ground.say('cancel is requested')
        this.#ground.create('cancel.json', { at: this.#ground.now().toISOString() })
      })
    if (faults.retry) sometime(() => void this.#askForRetry(faults.withoutGpus ? 3 : 2))
  }

  /**
   * Runs the experiment to its end and on, with the reconciler, the janitor and the poller beside it: through a pass of each at least, and until no
   * process has anything under way and nothing is left, 20 minutes at most. Answers whether it ended.
   */
  async run(limitMs = 24 * 3_600_000): Promise<boolean> {
    const ground = this.#ground
    const { scheduler, faults, cloud } = ground
    ground.accept()
    const reconcile = perProcess((process) => createReconcile(ground, this.#redis, process, this.#partsOf(process)))
    const sweep = perProcess((process) => createSweep(ground, this.#partsOf(process)))
    const poll = perProcess((process) => createPoll(ground, this.#redis, process, this.#partsOf(process)))
    this.#background('reconciler', timing.reconcileMs, (process) => reconcile(process)())
    this.#background('janitor', timing.janitorMs, (process) => sweep(process)())
    this.#background('poller', pollEveryMs(faults.crowd, timing), (process) => poll(process)())
    this.#disturb()
    const endsAfterMs = scheduler.nowMs + (faults.retry ? HORIZON_MS : 0)
    const isOver = () => this.fold().finish !== undefined && !ground.isOpen && scheduler.nowMs >= endsAfterMs
    const ended = await scheduler.runUntil(isOver, limitMs)
    const passedMs = scheduler.nowMs + timing.janitorMs + 60_000
    const isAtRest = () => scheduler.nowMs >= passedMs && scheduler.isAtRest && cloud.left().length === 0
    await scheduler.runUntil(isAtRest, 20 * 60_000)
    return ended
  }
}
