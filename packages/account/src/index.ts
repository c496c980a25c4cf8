export { type AccountClients, createAccountClients } from './account-clients.ts'
export { createPriceList, type PriceBook, type PriceList } from './price-list.ts'
export { readQuotas } from './quotas.ts'
