import { paginateListServiceQuotas, type ServiceQuotasClient } from '@aws-sdk/client-service-quotas'
import type { QuotaReading } from '@assay/planner'

/** SageMaker's quotas of the account by name; where they cannot be read, why, and what to do. Never throws. */
export const readQuotas = async (client: ServiceQuotasClient): Promise<QuotaReading> => {
  const limits = new Map<string, number>()
  try {
    const pages = paginateListServiceQuotas({ client, pageSize: 100 }, { ServiceCode: 'sagemaker' })
    for await (const { Quotas = [] } of pages)
      for (const { QuotaName, Value } of Quotas)
        if (QuotaName !== undefined && Value !== undefined) limits.set(QuotaName, Value)
    return { limits }
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    return { unreadable: `Service Quotas cannot be read (${reason}); allow servicequotas:ListServiceQuotas to see it` }
  }
}
