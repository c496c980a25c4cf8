import type { BulkStore, RunHistory } from '@assay/ledger'
import type { ExperimentRecord } from '@assay/pipeline'
import { overheadSecondsOf, runRecordsOf } from '@assay/planner'

export type RecordRuns = (experiment: ExperimentRecord) => Promise<void>

/** Keeps what each approach took, so that the plans of later experiments rest on it. */
export const createRecordRuns =
  ({ bulk, history }: { bulk: Pick<BulkStore, 'getJson'>; history: Pick<RunHistory, 'record'> }): RecordRuns =>
  async (experiment) => {
    const stored = experiment.approaches.flatMap(({ train }) => train?.output?.describes ?? [])
    const overheads = await Promise.all(stored.map(async (object) => overheadSecondsOf(await bulk.getJson(object))))
    const runs = runRecordsOf(experiment, new Map(overheads.flatMap((one) => [...one])))
    await Promise.all(runs.map(history.record))
  }
