import {
  type ApproachReport,
  cocoGroundTruthSchema,
  cocoResultsSchema,
  prepareContentsSchema,
  type SplitManifest,
} from '@assay/contracts'
import { chooseThreshold, type GroundTruth, match, parseDetections, parseGroundTruth } from '@assay/evaluation'
import { type Check, check, sameNumber } from './check.ts'
import type { ReportFolder } from './report-folder.ts'

/** The threshold is the best on the validation images, none of which was trained on; and it gives on test what the report says. */
export const checkThreshold = async (
  { id, diagnosis, training }: ApproachReport,
  { truth, split, folder }: { truth: GroundTruth; split: SplitManifest; folder: ReportFolder },
): Promise<Check[]> => {
  if (diagnosis?.threshold.chosenOn !== 'validation' || !training) return []
  const { confidence, validation, test } = diagnosis.threshold
  const part = new Set(split.images.flatMap((image) => (image.part === 'validation' ? [image.id] : [])))
  const chosenOn = parseGroundTruth(await folder.json('ground-truth.validation.coco.json', cocoGroundTruthSchema))
  const matchingOf = async (path: string, images: GroundTruth) =>
    match(images, parseDetections(await folder.json(path, cocoResultsSchema), images))
  const found = chooseThreshold(
    await matchingOf(`predictions/${id}.validation.coco.json`, chosenOn),
    await matchingOf(`predictions/${id}.coco.json`, truth),
  )
  const { channels } = await folder.json(`channels/${training.layout}.json`, prepareContentsSchema)
  const trained = channels[0]?.images.find((image) => part.has(image.id))
  const rates = (name: string, stated: typeof test, value: typeof test | undefined) =>
    (['precision', 'recall', 'f1'] as const).map((rate) =>
      check(
        `${id}: ${rate} on ${name} at the threshold`,
        stated[rate],
        value?.[rate],
        sameNumber(stated[rate], value?.[rate] ?? Number.NaN),
      ),
    )
  const checks = [
    check(
      `${id}: images that the threshold was chosen on are the validation part`,
      part.size,
      chosenOn.imageIds.length,
      chosenOn.imageIds.length === part.size && chosenOn.imageIds.every((image) => part.has(image)),
    ),
    check(`${id}: validation images in the training channel`, 'none', trained ? `image ${trained.id}` : 'none'),
    check(
      `${id}: threshold with the best F1 on validation`,
      confidence,
      found?.confidence,
      sameNumber(confidence, found?.confidence ?? Number.NaN),
    ),
    ...rates('validation', validation, found?.validation),
    ...rates('test', test, found?.test),
  ]
  const wrong = checks.filter(({ ok }) => !ok)
  return wrong.length > 0 ? wrong : [check(`${id}: threshold chosen on validation; its F1 on test`, test.f1, test.f1)]
}
