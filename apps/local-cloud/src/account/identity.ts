import { AwsError } from '../aws-error.ts'
import { matchesWildcard } from '../matches-wildcard.ts'
import type { CloudContext } from '../sagemaker/context.ts'
import type { QueryService } from '../server/query-protocol.ts'
import { type Fields, textOf } from '../wire.ts'
import { describePrincipal } from './principals.ts'
import { serviceModels } from './service-models.ts'

const noSuchEntity = (message: string) => new AwsError('NoSuchEntity', message, 404)

const trustPolicy = (services: readonly string[]) =>
  encodeURIComponent(
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: services }, Action: 'sts:AssumeRole' }],
    }),
  )

/** IAM, as far as the questions whether a role can be used, and by whom. */
export const createIam = (context: Pick<CloudContext, 'lifecycle' | 'accountId'>): QueryService => ({
  name: 'iam',
  version: '2010-05-08',
  model: serviceModels.iam,
  operations: {
    GetRole: (input: Fields) => {
      const name = textOf(input, 'RoleName')
      const arn = `arn:aws:iam::${context.accountId}:role/${name}`
      const { exists, trusts } = describePrincipal(context, arn)
      if (!exists) throw noSuchEntity(`The role with name ${name} cannot be found.`)
      return {
        Role: {
          Path: '/',
          RoleName: name,
          RoleId: `AROA${Buffer.from(name).toString('hex').toUpperCase().slice(0, 17).padEnd(17, '0')}`,
          Arn: arn,
          CreateDate: '2020-01-01T00:00:00Z',
          AssumeRolePolicyDocument: trustPolicy(trusts),
          MaxSessionDuration: 3600,
        },
      }
    },
    SimulatePrincipalPolicy: (input: Fields) => {
      const arn = textOf(input, 'PolicySourceArn')
      const { exists, denied } = describePrincipal(context, arn)
      if (!exists) throw noSuchEntity(`The principal ${arn} cannot be found.`)
      const actions = input['ActionNames'] as string[]
      const resources = (input['ResourceArns'] ?? ['*']) as string[]
      return {
        EvaluationResults: actions.flatMap((action) =>
          resources.map((resource) => ({
            EvalActionName: action,
            EvalResourceName: resource,
            EvalDecision: denied.some((pattern) => matchesWildcard(pattern, action)) ? 'implicitDeny' : 'allowed',
            MatchedStatements: [],
            MissingContextValues: [],
          })),
        ),
        IsTruncated: false,
      }
    },
  },
})

/** STS, as far as the question who is calling. */
export const createSts = ({ accountId }: Pick<CloudContext, 'accountId'>): QueryService => ({
  name: 'sts',
  version: '2011-06-15',
  model: serviceModels.sts,
  operations: {
    GetCallerIdentity: () => ({ Arn: `arn:aws:iam::${accountId}:user/local`, UserId: 'LOCAL', Account: accountId }),
  },
})
