import {
  type DatasetManifest,
  type Diagnosis,
  type FinishOutput,
  type Report,
  reportSchema,
  type SplitManifest,
} from '@assay/contracts'
import type { Comparison } from '@assay/evaluation'
import type { ExperimentRecord } from '@assay/pipeline'
import { priceTable, type Rate, rateBook, type RateFor, usdOf } from '@assay/pricing'
import { approachReportOf } from './approach-report.ts'
import { paretoFront } from './pareto.ts'
import { remarksOf } from './remarks.ts'
import { isStudyDataset } from './published.ts'
import { splitTableOf } from './split-table.ts'
import { verdictOf } from './verdict.ts'

export interface ReportInputs {
  experiment: ExperimentRecord
  manifest: DatasetManifest
  split: SplitManifest
  /** By approach id. */
  diagnoses: ReadonlyMap<string, Diagnosis>
  /** Null where nothing was evaluated or no test image holds an object. */
  comparison: Comparison | null
  pictures: Report['pictures']
  region: string
  files: Report['files']
}

const costBasisOf = (environment: Report['environment']) =>
  environment === 'local'
    ? 'notional $: seconds billed by the local stand-in × the SageMaker price of the instance type that was asked for; nobody was charged'
    : 'billable seconds × the on-demand SageMaker price of the instance type that ran; the invoice may differ by discounts and taxes'

/** The rates behind the bill, each once. */
const ratesUsed = (approaches: Report['approaches'], region: string, rateFor: RateFor): Rate[] => {
  const wanted = approaches.flatMap(({ trials, cost, inference }) => [
    ...trials.map(({ instanceType }) => ({ instanceType, use: 'training' as const })),
    ...(cost.endpointInstanceType === null
      ? []
      : [
          {
            instanceType: cost.endpointInstanceType,
            use: inference === 'transform' ? ('transform' as const) : ('hosting' as const),
          },
        ]),
  ])
  const rates = wanted.flatMap(({ instanceType, use }) => rateFor(instanceType, use, region) ?? [])
  const byKey = new Map(rates.map((rate) => [`${rate.use} ${rate.instanceType}`, rate]))
  return [...byKey.keys()].sort().flatMap((key) => byKey.get(key) ?? [])
}

const chanceOf = (comparison: Comparison | null, approachId: string) => {
  const found = comparison?.approaches.find(({ id }) => id === approachId)
  return found
    ? { mapInterval: { low: found.mAP.low, high: found.mAP.high }, probabilityBest: found.probabilityBest }
    : { mapInterval: null, probabilityBest: null }
}

const comparisonOf = (comparison: Comparison): NonNullable<Report['comparison']> => ({
  ...comparison,
  pairs: comparison.pairs.map(({ a, b, difference, pValueHolm, verdict, survivesHolm }) => ({
    a,
    b,
    difference: difference.estimate,
    interval: { low: difference.low, high: difference.high },
    pHolm: pValueHolm,
    distinguishable: verdict !== 'not distinguishable',
    survivesHolm,
  })),
})

/** The report as a pure function of what the experiment left behind: no clock, no chance, no I/O. */
export const buildReport = ({
  experiment,
  manifest,
  split,
  diagnoses,
  comparison,
  pictures,
  ...rest
}: ReportInputs): Report => {
  const { region, files } = rest
  const pricing = { region, ...rateBook(experiment.prices) }
  const { id, spec, environment, dataset } = experiment
  const splitOutput = experiment.split?.output
  if (!splitOutput) throw new Error(`experiment ${id} was not split, so there is nothing to report`)
  const approaches = experiment.approaches.map((approach) =>
    approachReportOf(
      approach,
      experiment,
      { diagnosis: diagnoses.get(approach.id) ?? null, ...chanceOf(comparison, approach.id) },
      pricing,
    ),
  )
  const compared = comparison && comparisonOf(comparison)
  const points = approaches.flatMap(({ id, stats, trainingCostUsd }) =>
    stats === null || trainingCostUsd === null ? [] : [{ id, map: stats[0] ?? -1, costUsd: trainingCostUsd }],
  )
  // Parsing drops what the contract does not name, so that the stored report is the contract and nothing else.
  return reportSchema.parse({
    schemaVersion: 1,
    experimentId: id,
    environment,
    costBasis: costBasisOf(environment),
    split: splitOutput.images,
    splitTable: splitTableOf(splitOutput, spec.split),
    approaches,
    cleanup: null,
    name: spec.name,
    dataset: {
      id: dataset.record.id,
      name: dataset.record.name,
      layout: manifest.layout,
      fingerprint: split.datasetFingerprint,
      images: manifest.images.length,
      categories: manifest.categories,
    },
    verdict: verdictOf(approaches, compared),
    remarks: remarksOf(approaches),
    comparison: compared,
    pareto: paretoFront(points),
    pictures,
    showPublished: isStudyDataset(manifest),
    method: {
      seed: spec.seed,
      splitSeed: spec.split.seed,
      maxDetections: spec.inference.maxDetections,
      region,
      priceTable: {
        version: priceTable.version,
        rates: ratesUsed(approaches, region, pricing.rateFor),
        storageRate: pricing.storageRateFor(region) ?? null,
      },
      jobs: experiment.approaches.flatMap(({ id, train, deploy }) =>
        train?.output
          ? [{ approachId: id, jobName: train.output.jobName, endpointName: deploy?.output?.endpointName ?? null }]
          : [],
      ),
      splitManifest: splitOutput.manifest.sha256,
    },
    files,
  } satisfies Report)
}

/** The report together with the terminal outcome: what the cloud still lists, and the dollars of endpoints that were still up before. */
export const withFinish = (report: Report, { cleanup, bill }: Pick<FinishOutput, 'cleanup' | 'bill'>): Report => ({
  ...report,
  cleanup: { remaining: cleanup.remaining },
  approaches: report.approaches.map((approach) => {
    const line = bill.approaches.find(({ approachId }) => approachId === approach.id)
    const { endpointBusy = 0, endpointIdle = 0 } = line?.microUsd ?? {}
    // Where no endpoint was made there is no cost, and the bill's 0 is not one either.
    if (endpointBusy + endpointIdle === 0 || approach.cost.endpointUsd !== null) return approach
    const endpointUsd = usdOf(endpointBusy + endpointIdle)
    return {
      ...approach,
      cost: { ...approach.cost, endpointUsd, endpointBusyUsd: usdOf(endpointBusy), endpointReason: null },
    }
  }),
})
