import type { Ledger } from '@assay/ledger'
import type { ExperimentRecord } from '@assay/pipeline'

export interface BeginRetryDeps {
  ledger: Pick<Ledger, 'open' | 'beginRetry'>
  loadExperiment: (experimentId: string) => Promise<ExperimentRecord | undefined>
}

const attemptOf = ({ approaches }: ExperimentRecord, approachId: string): number =>
  approaches.find(({ id }) => id === approachId)?.attempt ?? 0

/**
 * Begins the attempt after a record's newest and answers its number. Its document is the next in one row of the experiment: where another retry came
 * first, the record is read and admitted anew, so that none is begun on a sum that lacks the others.
 *
 * @param admit Throws where the attempt may not begin on what the record says.
 */
export const beginRetry = async (
  { ledger, loadExperiment }: BeginRetryDeps,
  first: ExperimentRecord,
  approachId: string,
  admit: (record: ExperimentRecord) => Promise<void>,
): Promise<number> => {
  const { id } = first
  const attempt = attemptOf(first, approachId) + 1
  for (let record = first; ;) {
    await admit(record)
    // Before it, so that no crash leaves an attempt unmarked; after it, for what was ending the experiment may have removed the mark.
    await ledger.open(id)
    const isBegun = await ledger.beginRetry(id, record.retries + 1, { approachId, attempt })
    await ledger.open(id)
    if (isBegun) return attempt
    const newer = await loadExperiment(id)
    if (!newer) throw new Error(`experiment ${id} has no documents any more`)
    // The same was asked for twice.
    if (attemptOf(newer, approachId) >= attempt) return attempt
    record = newer
  }
}
