import { validationError } from '../aws-error.ts'
import type { CloudContext } from '../sagemaker/context.ts'

/** A role or user that is not as all others are: they exist, are trusted by SageMaker's principal and may do everything. */
export interface PrincipalRule {
  /** Regular expression for the ARN. */
  pattern: string
  /** There is none. */
  missing?: boolean
  /** Services that may assume the role. (Default: sagemaker.amazonaws.com) */
  trusts?: string[]
  /** Actions that its policies do not allow, with `*` for any part. (Default: none) */
  denied?: string[]
}

const sagemaker = 'sagemaker.amazonaws.com'

/** What the rules say of an ARN. The first that matches counts. */
export const describePrincipal = ({ lifecycle }: Pick<CloudContext, 'lifecycle'>, arn: string) => {
  const rule = lifecycle.settings.principals.find(({ pattern }) => new RegExp(pattern).test(arn))
  return { exists: !rule?.missing, trusts: rule?.trusts ?? [sagemaker], denied: rule?.denied ?? [] }
}

/** Throws where SageMaker could not assume the role of a request. */
export const assertRole = (context: Pick<CloudContext, 'lifecycle'>, arn: string | undefined): void => {
  if (arn === undefined) return
  const { exists, trusts } = describePrincipal(context, arn)
  if (exists && trusts.includes(sagemaker)) return
  throw validationError(
    `Could not assume role ${arn}. Please ensure that the role exists and allows principal '${sagemaker}' to assume the role.`,
  )
}
