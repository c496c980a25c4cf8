import type { Report } from '@assay/contracts'
import { splitNotes } from './split-notes.ts'

/** The notes of a report's split, as it states it. */
export const reportSplitNotes = ({ split, splitTable }: Pick<Report, 'split' | 'splitTable'>): string[] =>
  splitNotes(
    { images: split, grouping: splitTable.grouping },
    { groupBy: splitTable.groupBy ?? undefined, nearDuplicates: splitTable.nearDuplicates },
  )
