/** What an instance is rented for. SageMaker prices each use on its own. */
export type Use = 'training' | 'hosting' | 'transform'

interface Entry {
  instanceType: string
  /** Micro-dollars per instance-hour, on demand. */
  microUsdPerHour: number
  /** How sure the figure is: read from the API by several, by one, or known from the past only. */
  confidence: 'several-sources' | 'one-source' | 'historic'
}

/**
 * On-demand prices in us-east-1. Collected from public cost tables that name the AWS Price List API as their source; training and hosting
 * rates of one type are equal in all of them; batch transform's are taken to be the same, for no table tells them apart. Where the price list can be asked it goes before this table.
 */
export const priceTable = {
  version: '2026-11-23',
  region: 'us-east-1',
  date: '2026-11-23',
  source: 'public tables read from the AWS Price List API in 2025 and 2026 (AmazonSageMaker, us-east-1, on demand)',
  uses: ['training', 'hosting', 'transform'] satisfies Use[],
  entries: [
    { instanceType: 'ml.g4dn.xlarge', microUsdPerHour: 736_400, confidence: 'several-sources' },
    { instanceType: 'ml.g4dn.2xlarge', microUsdPerHour: 940_000, confidence: 'one-source' },
    { instanceType: 'ml.g5.xlarge', microUsdPerHour: 1_408_000, confidence: 'several-sources' },
    { instanceType: 'ml.g5.2xlarge', microUsdPerHour: 1_515_000, confidence: 'one-source' },
    { instanceType: 'ml.g5.4xlarge', microUsdPerHour: 2_030_000, confidence: 'several-sources' },
    { instanceType: 'ml.g6.2xlarge', microUsdPerHour: 1_222_000, confidence: 'one-source' },
    { instanceType: 'ml.g6e.xlarge', microUsdPerHour: 1_861_000, confidence: 'one-source' },
    { instanceType: 'ml.m5.large', microUsdPerHour: 115_000, confidence: 'one-source' },
    { instanceType: 'ml.m5.xlarge', microUsdPerHour: 230_000, confidence: 'several-sources' },
    { instanceType: 'ml.m5.2xlarge', microUsdPerHour: 461_000, confidence: 'several-sources' },
    { instanceType: 'ml.m5.4xlarge', microUsdPerHour: 922_000, confidence: 'several-sources' },
    { instanceType: 'ml.c5.xlarge', microUsdPerHour: 204_000, confidence: 'several-sources' },
    // The study's type. SageMaker's rate after October 2020; the study multiplied with EC2's 3.06 instead.
    { instanceType: 'ml.p3.2xlarge', microUsdPerHour: 3_825_000, confidence: 'historic' },
  ] satisfies Entry[] as readonly Entry[],
  /** General-purpose SSD of training jobs. */
  microUsdPerGbMonth: 140_000,
}
