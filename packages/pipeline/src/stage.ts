import type { Progress, StageName, StageOutputs, StageRef, TroubleKind } from '@assay/contracts'
import type { CloudWait } from './cloud-wait.ts'
import type { ApproachRecord, ExperimentRecord } from './record.ts'

/** Trying again cannot help: the stage ends as failed with this code and message. Any other error is passing and is tried again. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError'
  readonly code: string
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Come back later without holding a worker slot. A value, not an exception. Uses up no try. */
export interface Later {
  later: {
    afterMs: number
    reason: string
    /** Present where it waits for the cloud: it then sleeps longer the more stages wait, and is woken when the cloud's state changes. */
    cloud?: CloudWait
    /** Present where something outside is in the way; the time does not count against the stage's deadline. */
    for?: TroubleKind
    /** It must run again by then. */
    deadlineAt?: string
    done?: number
    total?: number
    unit?: string
  }
}
export const later = (wait: Later['later']): Later => ({ later: wait })
export const isLater = (value: unknown): value is Later =>
  typeof value === 'object' && value !== null && 'later' in value

/** The part of a logger that handlers use; pino's fits. Fields first, then a fixed lower-case sentence. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface StageContext {
  log: Log
  /** Aborted when the worker must stop; the delivery is run again elsewhere. */
  signal: AbortSignal
  /** Id of the worker process. */
  worker: string
  /** Live progress for people; lost with Redis, never read by the pipeline. */
  progress: (progress: Omit<Progress, 'since' | 'state' | 'nextLookAt'>) => void
  /** The current time; tests and simulations replace it. */
  now: () => Date
}

export interface StageInput {
  ref: StageRef
  experiment: ExperimentRecord
}

/** Present for the stages of an approach. */
export interface ApproachStageInput extends StageInput {
  approach: ApproachRecord
}

export type StageInputOf<Stage extends StageName> = Stage extends 'split' | 'prepare' | 'report' | 'finish'
  ? StageInput
  : ApproachStageInput

/** Safe to repeat: a second delivery, also beside the first, comes to the same outcome. */
export type StageHandler<Stage extends StageName> = (
  input: StageInputOf<Stage>,
  context: StageContext,
) => Promise<StageOutputs[Stage] | Later>
