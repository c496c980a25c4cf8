export { bulkObject, type BulkStore, createBulkStore } from './bulk-store.ts'
export { type ExperimentDocuments } from './experiment-documents.ts'
export { outcomePath } from './keys.ts'
export {
  createLedger,
  type DatasetEntry,
  IdempotencyMismatch,
  type Ledger,
  type LedgerOptions,
  type Page,
} from './ledger.ts'
export { createRunHistory, type RunHistory } from './run-history.ts'
