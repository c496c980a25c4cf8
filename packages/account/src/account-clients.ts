import { ECRClient } from '@aws-sdk/client-ecr'
import { IAMClient } from '@aws-sdk/client-iam'
import { PricingClient } from '@aws-sdk/client-pricing'
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas'
import { STSClient } from '@aws-sdk/client-sts'
import { type CloudSettings, clientSettings } from '@assay/cloud'

export interface AccountClients {
  pricing: PricingClient
  quotas: ServiceQuotasClient
  iam: IAMClient
  sts: STSClient
  ecr: ECRClient
  destroy: () => void
}

/** The price list is served from few regions, whatever region's prices are asked for. */
const priceListRegion = (region: string): string => {
  if (region.startsWith('eu-')) return 'eu-central-1'
  return region.startsWith('ap-') ? 'ap-south-1' : 'us-east-1'
}

/** Clients of the services that describe the account; apart from those that do the work, since most processes never ask. */
export const createAccountClients = (settings: CloudSettings): AccountClients => {
  const common = clientSettings(settings)
  const clients = {
    pricing: new PricingClient({ ...common, region: priceListRegion(settings.region) }),
    quotas: new ServiceQuotasClient(common),
    iam: new IAMClient(common),
    sts: new STSClient(common),
    ecr: new ECRClient(common),
  }
  return {
    ...clients,
    destroy: () => {
      for (const client of Object.values(clients)) client.destroy()
    },
  }
}
