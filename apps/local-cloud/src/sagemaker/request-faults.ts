import { AwsError } from '../aws-error.ts'
import { createInputValidator } from '../server/validate-input.ts'
import { apiModel } from './api-model.ts'

const validate = createInputValidator(apiModel)

/** What SageMaker's front end would refuse in a request's body, by the service model; undefined where nothing. */
export const requestFault = (operation: string, body: object): string | undefined => {
  if (!(operation in apiModel.inputs)) return `the service model has no operation ${operation}`
  try {
    validate(operation, body as Record<string, unknown>)
    return undefined
  } catch (error) {
    if (error instanceof AwsError) return error.message
    throw error
  }
}
