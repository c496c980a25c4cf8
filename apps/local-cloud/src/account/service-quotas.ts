import { createHash } from 'node:crypto'
import { AwsError } from '../aws-error.ts'
import type { CloudContext } from '../sagemaker/context.ts'
import type { JsonService } from '../server/json-protocol.ts'
import { pageOf } from '../server/page-of.ts'
import { createInputValidator } from '../server/validate-input.ts'
import { type Fields, textOf } from '../wire.ts'
import { serviceModels } from './service-models.ts'

/** The service's codes are its own; these are made from the name, so that they stay the same. */
const codeOf = (name: string) => `L-${createHash('sha256').update(name).digest('hex').slice(0, 8).toUpperCase()}`

/**
 * Service Quotas for SageMaker. Listed are the quotas that are set, so that the quota that refuses a Create call is the one that is listed;
 * what is unlimited here is not.
 */
export const createServiceQuotas = ({
  lifecycle,
  region,
  accountId,
}: Pick<CloudContext, 'lifecycle' | 'region' | 'accountId'>): JsonService => {
  const quotas = (service: string) => {
    if (service !== 'sagemaker')
      throw new AwsError('NoSuchResourceException', `The local cloud has quotas of sagemaker, not of ${service}`)
    return Object.entries(lifecycle.settings.quotas).map(([name, value]) => ({
      ServiceCode: service,
      ServiceName: 'Amazon SageMaker',
      QuotaArn: `arn:aws:servicequotas:${region}:${accountId}:${service}/${codeOf(name)}`,
      QuotaCode: codeOf(name),
      QuotaName: name,
      Value: value,
      Unit: 'None',
      Adjustable: true,
      GlobalQuota: false,
      QuotaAppliedAtLevel: 'ACCOUNT',
    }))
  }
  return {
    name: 'service-quotas',
    validate: createInputValidator(serviceModels['service-quotas']),
    operations: {
      ListServiceQuotas: (input: Fields) => {
        const code = textOf(input, 'QuotaCode')
        const found = quotas(textOf(input, 'ServiceCode')).filter(({ QuotaCode }) => code === '' || QuotaCode === code)
        const { items, NextToken } = pageOf(
          textOf(input, 'QuotaAppliedAtLevel') === 'RESOURCE' ? [] : found,
          input,
          100,
          () => new AwsError('InvalidPaginationTokenException', 'Invalid pagination token was provided.'),
        )
        return { Quotas: items, NextToken }
      },
      GetServiceQuota: (input: Fields) => {
        const code = textOf(input, 'QuotaCode')
        const found = quotas(textOf(input, 'ServiceCode')).find(({ QuotaCode }) => QuotaCode === code)
        if (!found) throw new AwsError('NoSuchResourceException', `The quota ${code} is not set in the local cloud`)
        return { Quota: found }
      },
    },
  }
}
