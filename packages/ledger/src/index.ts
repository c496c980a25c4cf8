export { type BulkStore, createBulkStore } from './bulk-store.ts'
