import {
  cocoResultsSchema,
  diagnosisSchema,
  type PicturesFile,
  type ReportOutput,
  type StoredObject,
} from '@assay/contracts'
import type { BulkStore } from '@assay/ledger'
import type { ApproachRecord, ExperimentRecord, StageHandler } from '@assay/pipeline'
import { buildReport, choosePictures, groundTruthOf, pictureOf } from '@assay/report'
import { embedPicture } from './embed-picture.ts'
import type { Judge } from './judge.ts'
import { datasetManifestOf, splitManifestOf } from './manifests.ts'

export interface ReportDeps {
  bulk: BulkStore
  /** Judges off the event loop (see `judgeInThread`); tests judge inline. */
  judge: Judge
  /** AWS region whose prices count. */
  region: string
  /** Bytes of an image of the data set. */
  readImage: (bucket: string, key: string) => Promise<Uint8Array>
}

type File = ReportOutput['files'][number]

/** Files that earlier stages stored already; the report folder names them again. */
const filesOfStages = ({ split, prepare, approaches }: ExperimentRecord): File[] => {
  const file = (path: string, object: StoredObject | undefined): File[] => (object ? [{ path, object }] : [])
  return [
    ...file('split.json', split?.output?.manifest),
    ...[...prepare].flatMap(([layout, { output }]) => file(`channels/${layout}.json`, output?.contents)),
    ...approaches.flatMap(({ id, train, evaluate, teardown }) => [
      ...file(`predictions/${id}.coco.json`, evaluate?.output?.predictions),
      ...file(`predictions/${id}.validation.coco.json`, evaluate?.output?.validationPredictions),
      ...file(`describes/${id}.json`, train?.output?.describes),
      ...file(`describes/${id}.endpoint.json`, teardown?.output?.endpointDescribe),
    ]),
  ]
}

const evaluatedOf = ({ approaches }: ExperimentRecord) =>
  approaches.flatMap(({ id, evaluate }: ApproachRecord) =>
    evaluate?.status === 'succeeded' && evaluate.output ? [{ id, output: evaluate.output }] : [],
  )

/** Puts everything that was measured into one report, with its pictures and the files by which anyone can check it. */
export const createReport =
  ({ bulk, judge, region, readImage }: ReportDeps): StageHandler<'report'> =>
  async ({ experiment, ref }, { log, progress }) => {
    const { id, spec } = experiment
    const folder = `report/${ref.part ?? '1'}`
    const [manifest, split] = await Promise.all([
      datasetManifestOf(experiment, bulk),
      splitManifestOf(experiment, bulk),
    ])
    const groundTruth = groundTruthOf(manifest, split)
    const evaluated = await Promise.all(
      evaluatedOf(experiment).map(async ({ id, output }) => ({
        id,
        results: cocoResultsSchema.parse(await bulk.getJson(output.predictions)),
        diagnosis: diagnosisSchema.parse(await bulk.getJson(output.details)),
      })),
    )
    progress({ message: `comparing ${evaluated.length} approaches` })
    const comparison =
      evaluated.length === 0
        ? null
        : await judge('compare', {
            groundTruth,
            approaches: evaluated.map(({ id, results }) => ({ id, results })),
            seed: spec.seed,
          })
    const chosen = evaluated.length === 0 ? [] : choosePictures(manifest, split, spec.seed)
    const pictures = chosen.map((picture) => pictureOf(picture, groundTruth, evaluated))
    const uris: PicturesFile = {}
    for (const { image } of chosen) uris[image.id] = await embedPicture(await readImage(manifest.bucket, image.key))
    const truthFile = await bulk.putJson(id, `${folder}/ground-truth.coco.json`, groundTruth)
    const behind: File[] = [{ path: 'ground-truth.coco.json', object: truthFile }, ...filesOfStages(experiment)]
    if (evaluatedOf(experiment).some(({ output }) => output.validationPredictions))
      behind.push({
        path: 'ground-truth.validation.coco.json',
        object: await bulk.putJson(
          id,
          `${folder}/ground-truth.validation.coco.json`,
          groundTruthOf(manifest, split, 'validation'),
        ),
      })
    const report = buildReport({
      experiment,
      manifest,
      split,
      diagnoses: new Map(evaluated.map(({ id, diagnosis }) => [id, diagnosis])),
      comparison,
      pictures,
      region,
      files: behind.map(({ path, object: { sha256, bytes } }) => ({ path, sha256, bytes })),
    })
    progress({ message: 'writing the report' })
    const [json, pictureUris] = await Promise.all([
      bulk.put(id, `${folder}/report.json`, `${JSON.stringify(report, undefined, 2)}\n`, 'application/json'),
      bulk.putJson(id, `${folder}/pictures.json`, uris),
    ])
    log.info({ approaches: experiment.approaches.length, winner: report.verdict.winner }, 'report written')
    return {
      prefix: `data/${id}/${folder}/`,
      json,
      pictures: pictureUris,
      files: [{ path: 'report.json', object: json }, ...behind],
    }
  }
