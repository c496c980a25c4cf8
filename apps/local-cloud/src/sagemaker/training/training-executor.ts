import type { Stoppable } from './run-control.ts'

/** What runs a training job: a process under the container contract, or a script without one. */
export interface TrainingExecutor extends Stoppable {
  /** Fills the channels. Throws a ChannelError for data that the caller got wrong. */
  download(): Promise<void>
  /** Runs to the end. Answers the failure reason, or undefined when it went well. */
  train(): Promise<string | undefined>
  /** Stores the model and the output. Answers the model's S3 URI. */
  upload(): Promise<string | undefined>
  /** Removes what is not needed any more. */
  close(): Promise<void>
}
