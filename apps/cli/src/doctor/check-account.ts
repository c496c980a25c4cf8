import { GetRoleCommand, type IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts'
import { type PolicyHolder, processActions } from '@assay/account'
import { failed, type Finding, fromError, ok, warning } from './finding.ts'

export interface Caller {
  account: string
  arn: string
}

/** Who asks; undefined with the finding that says why not. */
export const checkCredentials = async (sts: STSClient): Promise<{ caller?: Caller; findings: Finding[] }> => {
  try {
    const { Account = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand({}))
    return { caller: { account: Account, arn: Arn }, findings: [ok('credentials', `${Arn} of account ${Account}`)] }
  } catch (error) {
    const advice = 'set AWS credentials for this shell (environment, profile or instance role) and try again'
    return { findings: [failed('credentials', error instanceof Error ? error.message : String(error), advice)] }
  }
}

const trusts = (document: string, service: string): boolean => {
  const { Statement = [] } = JSON.parse(decodeURIComponent(document)) as {
    Statement?: { Effect?: string; Principal?: { Service?: string | string[] } }[]
  }
  return Statement.some(
    ({ Effect, Principal }) => Effect === 'Allow' && [Principal?.Service ?? []].flat().includes(service),
  )
}

/** The role that SageMaker assumes: there, of this account, trusting SageMaker. */
export const checkRole = async (iam: IAMClient, roleArn: string, caller: Caller | undefined): Promise<Finding[]> => {
  const [, account = '', name = ''] = /^arn:[^:]+:iam::(\d+):role\/(?:.*\/)?([^/]+)$/.exec(roleArn) ?? []
  const own =
    caller && account !== caller.account
      ? [
          warning(
            'role',
            `${roleArn} is of account ${account}, the credentials are of ${caller.account}`,
            'set ASSAY_ROLE_ARN to a role of the account that runs the jobs',
          ),
        ]
      : []
  try {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: name }))
    const trusted = trusts(Role?.AssumeRolePolicyDocument ?? '{}', 'sagemaker.amazonaws.com')
    return [
      ...own,
      trusted
        ? ok('role', `${name} exists and trusts SageMaker`)
        : failed(
            'role',
            `${name} does not trust sagemaker.amazonaws.com`,
            'add sagemaker.amazonaws.com to its trust policy with sts:AssumeRole (docs/iam/assay.cloudformation.yaml has one)',
          ),
    ]
  } catch (error) {
    const advice = 'make the role (docs/iam/assay.cloudformation.yaml) and set ASSAY_ROLE_ARN to it'
    return [...own, fromError('role', error, { allow: 'iam:GetRole', advice })]
  }
}

/** What a principal may not do of what a process, or a job, needs. A session of a role is looked at as that role. */
export const checkPermissions = async (iam: IAMClient, holder: PolicyHolder, principal: string): Promise<Finding[]> => {
  const check = `permissions of ${holder}`
  const PolicySourceArn = principal.replace(/:sts::(\d+):assumed-role\/([^/]+)\/.*$/, ':iam::$1:role/$2')
  try {
    const ActionNames = [...new Set<string>(processActions[holder])]
    const { EvaluationResults = [] } = await iam.send(
      new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames }),
    )
    const denied = EvaluationResults.filter(({ EvalDecision }) => EvalDecision !== 'allowed')
    if (denied.length === 0) return [ok(check, `${PolicySourceArn} may do all ${ActionNames.length} actions`)]
    // Resources and conditions are not simulated, so a policy that is restricted to our names may look like a refusal.
    return [
      warning(
        check,
        `${PolicySourceArn} may not everywhere: ${denied.map(({ EvalActionName }) => EvalActionName).join(', ')}`,
        `attach docs/iam/${holder}.json; where it is attached with its resources filled in, this can be ignored`,
      ),
    ]
  } catch (error) {
    return [fromError(check, error, { allow: 'iam:SimulatePrincipalPolicy', advice: `attach docs/iam/${holder}.json` })]
  }
}
