import type { DatasetView } from '@assay/contracts'
import type { ApiContext, DatasetEntry } from './context.ts'
import { ProblemError } from './problem-error.ts'

export const datasetView = ({ record, check, complete }: DatasetEntry): DatasetView => ({
  id: record.id,
  name: record.name,
  state: check?.status ?? (complete ? 'checking' : 'uploading'),
  location: record.location,
  createdAt: record.createdAt,
  ...(check ? { check } : {}),
})

/** Throws the 404 that every operation on a data set shares. */
export const requireDataset = async ({ ledger }: Pick<ApiContext, 'ledger'>, id: string): Promise<DatasetEntry> => {
  const entry = await ledger.readDataset(id)
  if (!entry) throw new ProblemError('not-found', `there is no data set ${id}`)
  return entry
}
