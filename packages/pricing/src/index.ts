export { attemptKey, billOf, projectedMicroUsd, type Running, sumOfItems } from './bill.ts'
export {
  type BilledTrial,
  endpointCost,
  instanceMicroUsd,
  trainingCost,
  usdOf,
  volumeCost,
  volumeMicroUsd,
} from './cost.ts'
export { endpointUse, type EndpointUse } from './endpoint-use.ts'
export { formatUsd } from './format-usd.ts'
export { priceTable, type Use } from './price-table.ts'
export {
  type Rate,
  rateAmong,
  rateBook,
  type RateBook,
  rateFor,
  type RateFor,
  type StorageRate,
  storageRateFor,
  type StorageRateFor,
} from './rate.ts'
export { type WorstCase, worstCase, type WorstCaseOptions } from './worst-case.ts'
export { spotSavedShare } from './spot-saved-share.ts'
export { worstCaseOfRetry } from './worst-case-of-retry.ts'
