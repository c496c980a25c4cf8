export { type Cost, endpointCost, instanceMicroUsd, trainingCost, usdOf, volumeMicroUsd } from './cost.ts'
export { priceTable, type Use } from './price-table.ts'
export {
  type Rate,
  rateAmong,
  rateFor,
  type RateFor,
  type StorageRate,
  storageRateFor,
  type StorageRateFor,
} from './rate.ts'
export { type WorstCase, worstCase, type WorstCaseOptions } from './worst-case.ts'
export { spotSavedShare } from './spot-saved-share.ts'
