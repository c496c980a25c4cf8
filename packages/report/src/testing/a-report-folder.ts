import type { Report } from '@assay/contracts'
import { buildReport } from '../build-report.ts'
import { groundTruthOf } from '../ground-truth.ts'
import { hashOf } from './a-dataset.ts'
import type { AStudy } from './a-study.ts'

/** The files of a report folder by path, as the report stage would store them. */
export const aReportFolder = ({
  inputs,
  results,
  validationResults,
}: AStudy): { report: Report; files: Map<string, string> } => {
  const { manifest, split, experiment } = inputs
  const behind = new Map<string, string>([
    ['ground-truth.coco.json', JSON.stringify(groundTruthOf(manifest, split))],
    ['ground-truth.validation.coco.json', JSON.stringify(groundTruthOf(manifest, split, 'validation'))],
    ['split.json', JSON.stringify(split)],
  ])
  for (const [layout, { output }] of experiment.prepare) {
    const images = split.images.filter(({ part }) => output?.seenParts.includes(part))
    const channels = [{ name: 'train', images: images.map(({ id, sha256 }) => ({ id, sha256 })), leftOut: 0 }]
    behind.set(`channels/${layout}.json`, JSON.stringify({ schemaVersion: 1, channels }))
  }
  for (const { id, train } of experiment.approaches) {
    const boxes = results.get(id)
    if (boxes) behind.set(`predictions/${id}.coco.json`, JSON.stringify(boxes))
    const validation = validationResults.get(id)
    if (validation) behind.set(`predictions/${id}.validation.coco.json`, JSON.stringify(validation))
    if (!train?.output) continue
    const trainingJobs = train.output.trials.map(({ name, instanceType, instanceCount, billableSeconds }) => ({
      TrainingJobName: name,
      BillableTimeInSeconds: billableSeconds,
      ResourceConfig: { InstanceType: instanceType, InstanceCount: instanceCount, VolumeSizeInGB: 50 },
    }))
    behind.set(`describes/${id}.json`, JSON.stringify({ trainingJobs }))
  }
  const report = buildReport({
    ...inputs,
    files: [...behind].map(([path, text]) => ({ path, sha256: hashOf(text), bytes: Buffer.byteLength(text) })),
  })
  return { report, files: new Map([...behind, ['report.json', JSON.stringify(report)]]) }
}
