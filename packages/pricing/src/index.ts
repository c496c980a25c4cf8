export { type Cost, endpointCost, instanceMicroUsd, trainingCost, usdOf } from './cost.ts'
export { priceTable, type Use } from './price-table.ts'
export { type Rate, rateAmong, rateFor, type RateFor } from './rate.ts'
export { type WorstCase, worstCase, type WorstCaseOptions } from './worst-case.ts'
