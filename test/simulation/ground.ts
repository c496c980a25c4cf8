import { type ExperimentRecord, foldExperiment } from '@assay/pipeline'
import { awsError, VirtualCloud } from './cloud.ts'
import type { Faults } from './faults.ts'
import type { Process } from './processes.ts'
import { createRandom, Scheduler, START_MS } from './scheduler.ts'
import { acceptedDocument } from './simulated-experiment.ts'
import { VirtualS3 } from './virtual-s3.ts'

/** What all processes of a run stand on: time, the cloud, S3 and the network between. */
export class Ground {
  readonly scheduler: Scheduler
  readonly cloud: VirtualCloud
  readonly s3 = new VirtualS3()
  readonly faults: Faults
  readonly trace: string[] = []
  /** What was met at some moment although a guard forbids it. */
  readonly broken: string[] = []
  /** The mark of an experiment that is not terminal. */
  isOpen = true
  #folded: { documents: number; experiment: ExperimentRecord } | undefined

  constructor(seed: number, faults: Faults) {
    this.scheduler = new Scheduler(createRandom(seed))
    this.cloud = new VirtualCloud(this.scheduler, faults)
    this.faults = faults
  }

  now(): Date {
    return new Date(this.scheduler.nowMs)
  }

  say(text: string) {
    this.trace.push(`${((this.scheduler.nowMs - START_MS) / 1000).toFixed(1)} s  ${text}`)
  }

  /** A call over the network by a process that may die or freeze: what was sent takes effect even when the sender is gone. */
  call<Result>(process: Process, effect: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      const travel = () => this.scheduler.random.between(1, 50)
      const answer = (deliver: () => void) => this.scheduler.at(travel(), () => process.alive && deliver())
      const arrive = () => {
        try {
          const result = effect()
          const lost = this.scheduler.random.chance(this.faults.loseAnswer)
          answer(() =>
            lost ? reject(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })) : resolve(result),
          )
        } catch (error) {
          answer(() => reject(error instanceof Error ? error : new Error(String(error))))
        }
      }
      const send = () => {
        if (!process.alive) return
        if (this.scheduler.random.chance(this.faults.refuse))
          answer(() => reject(awsError('ThrottlingException', 'Rate exceeded')))
        else this.scheduler.at(travel(), arrive, { silent: true })
      }
      const pauseMs = this.#pauseMs(process)
      if (pauseMs === 0) send()
      else this.scheduler.at(pauseMs, send, { silent: true })
    })
  }

  #pauseMs(process: Process): number {
    if (this.scheduler.random.chance(this.faults.freeze)) {
      const frozenMs = this.scheduler.random.between(1_000, 300_000)
      this.say(`process ${process.id} freezes for ${Math.round(frozenMs / 1000)} s`)
      process.frozenUntilMs = this.scheduler.nowMs + frozenMs
    }
    return Math.max(0, process.frozenUntilMs - this.scheduler.nowMs)
  }

  /** What the API writes, whose processes do not die here. */
  create(path: string, value: object) {
    if (this.s3.documents.has(path)) return
    this.s3.put(path, JSON.stringify({ ...value, writer: 'w' }), { once: true })
    this.say(`document ${path}`)
  }

  /** Documents are only ever added, so their number tells whether the last fold still holds. */
  fold(): ExperimentRecord {
    if (this.#folded?.documents === this.s3.documents.size) return this.#folded.experiment
    const experiment = foldExperiment(this.s3.documents)
    this.#folded = experiment && { documents: this.s3.documents.size, experiment }
    if (!experiment) throw new Error('the experiment is gone')
    return experiment
  }

  accept() {
    this.s3.documents.set('spec.json', acceptedDocument)
    this.say('document spec.json')
  }
}
