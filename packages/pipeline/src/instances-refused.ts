import { PermanentError } from './stage.ts'

/**
 * The cloud has no instance of the types that were asked for, or the account may not have it. Ends the stage; where a next type is named,
 * the next attempt begins with it.
 */
export class InstancesRefused extends PermanentError {
  readonly nextInstanceType: string | undefined
  constructor(code: 'no_capacity' | 'no_quota', message: string, nextInstanceType?: string, options?: ErrorOptions) {
    super(code, message, options)
    this.nextInstanceType = nextInstanceType
  }
}
