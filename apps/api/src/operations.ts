import type { Operation } from './app.ts'
import { cancelExperimentOperation } from './operations/cancel-experiment.ts'
import { cleanUpOperation } from './operations/clean-up.ts'
import { completeDatasetOperation } from './operations/complete-dataset.ts'
import { listDatasetsOperation } from './operations/list-datasets.ts'
import { listExperimentsOperation } from './operations/list-experiments.ts'
import { listPresetsOperation } from './operations/list-presets.ts'
import { readApproachOperation } from './operations/read-approach.ts'
import { readDatasetOperation } from './operations/read-dataset.ts'
import { readEventsOperation } from './operations/read-events.ts'
import { readExperimentOperation } from './operations/read-experiment.ts'
import { readHealthOperation } from './operations/read-health.ts'
import { readLogsOperation } from './operations/read-logs.ts'
import { readLoadOperation } from './operations/read-load.ts'
import { readMetricsOperation } from './operations/read-metrics.ts'
import { readPredictionsOperation } from './operations/read-predictions.ts'
import { readReadinessOperation } from './operations/read-readiness.ts'
import { readReportOperation } from './operations/read-report.ts'
import { readReportFileOperation } from './operations/read-report-file.ts'
import { readSourceOperation } from './operations/read-source.ts'
import { registerDatasetOperation } from './operations/register-dataset.ts'
import { requestUploadsOperation } from './operations/request-uploads.ts'
import { retryApproachOperation } from './operations/retry-approach.ts'
import { stopTuningOperation } from './operations/stop-tuning.ts'
import { storeSourceOperation } from './operations/store-source.ts'
import { submitExperimentOperation } from './operations/submit-experiment.ts'

/** Every operation of the API, in the order of the documentation. */
export const operations: readonly Operation[] = [
  registerDatasetOperation,
  listDatasetsOperation,
  readDatasetOperation,
  requestUploadsOperation,
  completeDatasetOperation,
  readSourceOperation,
  storeSourceOperation,
  listPresetsOperation,
  submitExperimentOperation,
  listExperimentsOperation,
  readExperimentOperation,
  cancelExperimentOperation,
  readEventsOperation,
  readReportOperation,
  readReportFileOperation,
  readApproachOperation,
  readMetricsOperation,
  readPredictionsOperation,
  readLogsOperation,
  retryApproachOperation,
  cleanUpOperation,
  stopTuningOperation,
  readHealthOperation,
  readReadinessOperation,
  readLoadOperation,
]
