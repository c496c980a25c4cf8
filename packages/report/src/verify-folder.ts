import { createHash } from 'node:crypto'
import {
  type ApproachReport,
  cocoGroundTruthSchema,
  cocoResultsSchema,
  partNames,
  prepareContentsSchema,
  type Report,
  reportSchema,
  type SplitManifest,
  splitManifestSchema,
} from '@assay/contracts'
import { evaluate, type GroundTruth, parseDetections, parseGroundTruth } from '@assay/evaluation'
import { endpointCost, rateAmong, trainingCost, usdOf, volumeCost } from '@assay/pricing'
import { billedJobs, describesSchema } from './billed-jobs.ts'
import { type Check, check, sameNumber } from './check.ts'
import { checkThreshold } from './check-threshold.ts'
import { cocoRows } from './published.ts'
import { openReportFolder, type ReadFile, type ReportFolder } from './report-folder.ts'

/** The files are those that the report was written with. */
const checkFiles = async ({ files }: Report, { bytes }: ReportFolder): Promise<Check[]> => {
  const checks = await Promise.all(
    files.map(async ({ path, sha256 }) => {
      const found = createHash('sha256')
        .update(await bytes(path))
        .digest('hex')
      return check(`${path}: SHA-256`, sha256, found)
    }),
  )
  const wrong = checks.filter(({ ok }) => !ok)
  return wrong.length > 0 ? wrong : [check('files unchanged', files.length, files.length)]
}

const checkNumbers = async (
  { id, stats, perCategoryAP }: ApproachReport,
  truth: GroundTruth,
  { json }: ReportFolder,
): Promise<Check[]> => {
  if (stats === null) return []
  const results = await json(`predictions/${id}.coco.json`, cocoResultsSchema)
  const found = evaluate(truth, parseDetections(results, truth))
  const numbers = stats.map((stated, row) => {
    const value = found.stats[row] ?? Number.NaN
    return check(`${id}: ${cocoRows[row] ?? row}`, stated, value, sameNumber(stated, value))
  })
  const classes = Object.entries(perCategoryAP ?? {}).map(([category, stated]) => {
    const value = found.perCategoryAP[category] ?? Number.NaN
    return check(`${id}: AP of category ${category}`, stated, value, sameNumber(stated, value))
  })
  const wrong = [...numbers, ...classes].filter(({ ok }) => !ok)
  if (wrong.length > 0) return wrong
  return [check(`${id}: 12 numbers, AP of ${classes.length} classes; mAP`, stats[0], found.stats[0], true)]
}

const checkTraining = async (approach: ApproachReport, report: Report, { json }: ReportFolder): Promise<Check[]> => {
  const { id, trials, trainingCostUsd, billableSeconds } = approach
  if (trials.length === 0) return []
  const jobs = billedJobs(await json(`describes/${id}.json`, describesSchema))
  const cost = trainingCost(jobs, report.method.region, rateAmong(report.method.priceTable.rates))
  const seconds = jobs.reduce((sum, job) => sum + (job.billableSeconds ?? 0), 0)
  const names = (list: readonly { name: string }[]) =>
    list
      .map(({ name }) => name)
      .sort()
      .join(' ')
  const { storageRate } = report.method.priceTable
  const volumes = storageRate
    ? jobs.map((job) => volumeCost([job], job.volumeGb, storageRate.region, () => storageRate).microUsd ?? 0)
    : undefined
  const storageUsd = volumes ? usdOf(volumes.reduce((sum, microUsd) => sum + microUsd, 0)) : null
  return [
    check(`${id}: training jobs`, trials.length, jobs.length, names(trials) === names(jobs)),
    check(`${id}: billable seconds`, billableSeconds, seconds),
    check(`${id}: training $`, trainingCostUsd, cost.microUsd === null ? null : usdOf(cost.microUsd)),
    check(`${id}: storage $`, approach.cost.storageUsd, storageUsd),
  ]
}

const checkEndpoint = ({ id, cost, inference }: ApproachReport, { method }: Report): Check[] => {
  const { endpointSeconds: seconds, endpointInstanceType: instanceType, endpointUsd } = cost
  if (seconds === null || instanceType === null) return []
  const found = endpointCost(
    { seconds, instanceType, use: inference === 'transform' ? 'transform' : 'hosting' },
    method.region,
    rateAmong(method.priceTable.rates),
  )
  return [check(`${id}: endpoint $`, endpointUsd, found.microUsd === null ? null : usdOf(found.microUsd))]
}

/** No image of the test part is in any training channel, by its bytes; and what was scored is the test part. */
const checkSplit = async (
  report: Report,
  { truth, split: { images }, folder: { json } }: { truth: GroundTruth; split: SplitManifest; folder: ReportFolder },
): Promise<Check[]> => {
  const test = images.filter(({ part }) => part === 'test')
  const ids = new Set(test.map(({ id }) => id))
  const scored = Array.from(truth.imageIds)
  const hashes = new Map(test.map(({ sha256, file }) => [sha256, file]))
  const layouts = report.files.map(({ path }) => path).filter((path) => path.startsWith('channels/'))
  const leaks = await Promise.all(
    layouts.map(async (path) => {
      const { channels } = await json(path, prepareContentsSchema)
      const trained = channels.flatMap(({ images }) => images)
      const leaked = trained.find(({ sha256 }) => hashes.has(sha256))
      const found = leaked ? `${hashes.get(leaked.sha256)} (image ${leaked.id} of the channel)` : 'none'
      return check(`${path}: test images among ${trained.length} in the channels`, 'none', found)
    }),
  )
  return [
    ...partNames.map((part) =>
      check(`images, ${part}`, report.split[part], images.filter((image) => image.part === part).length),
    ),
    check(
      'scored images are the test part',
      ids.size,
      scored.length,
      scored.length === ids.size && scored.every((id) => ids.has(id)),
    ),
    ...leaks,
  ]
}

/**
 * Computes a report's numbers and dollars again from the files beside it, and from nothing else. Anything that differs is a check that is not
 * `ok`. Throws where a file is missing or is not what its name says.
 */
export const verifyFolder = async (read: ReadFile): Promise<Check[]> => {
  const folder = openReportFolder(read)
  const report = await folder.json('report.json', reportSchema)
  const truth = parseGroundTruth(await folder.json('ground-truth.coco.json', cocoGroundTruthSchema))
  const split = await folder.json('split.json', splitManifestSchema)
  const judged = { truth, split, folder }
  const checks: Check[] = [...(await checkFiles(report, folder)), ...(await checkSplit(report, judged))]
  for (const approach of report.approaches) {
    checks.push(...(await checkNumbers(approach, truth, folder)))
    checks.push(...(await checkThreshold(approach, judged)))
    checks.push(...(await checkTraining(approach, report, folder)))
    checks.push(...checkEndpoint(approach, report))
  }
  return checks
}
