import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import {
  type ChannelLayout,
  channelLayouts,
  type ExperimentSpec,
  type PreparedChannels,
  splitManifestSchema,
} from '@assay/contracts'
import { contentsOf, describePrepared, planChannels, preparedPrefix } from '@assay/datasets'
import type { BulkStore } from '@assay/ledger'
import { PermanentError, type StageHandler, type StageInput } from '@assay/pipeline'
import { loadManifest } from './load-manifest.ts'
import { writers } from './write-channels.ts'

export interface PrepareDeps {
  s3: S3Client
  /** Where channels go: under `prepared/<hash>/`, shared by all experiments with the same images and split. */
  bucket: string
  bulk: BulkStore
  /** Copies under way at a time. (Default: 16) */
  parallel?: number
}

const isLayout = (part: string | undefined): part is ChannelLayout => channelLayouts.some((layout) => layout === part)

/** Says, for people, that all was there and when it was last asked for. Never trusted: what was deleted since is written again. */
const writeDone = async (s3: S3Client, bucket: string, key: string, prepared: PreparedChannels) => {
  const Body = `${JSON.stringify(prepared)}\n`
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body, ContentType: 'application/json' }))
}

const DAY_MS = 86_400_000
/** A lifecycle rule of the bucket may delete channels once they are so old; until then they stay. */
export const KEPT_DAYS = 60

/** What is older would be deleted before the experiment's deadline. */
const oldestUseful = (now: Date, { deadlineHours }: ExperimentSpec) =>
  new Date(now.getTime() + deadlineHours * 3_600_000 - KEPT_DAYS * DAY_MS)

const loadSplit = async (bulk: BulkStore, { experiment }: StageInput) => {
  const stored = experiment.split?.output?.manifest
  if (!stored) throw new Error(`experiment ${experiment.id} has no split yet`)
  return splitManifestSchema.parse(await bulk.getJson(stored))
}

/** Writes the channels of one layout, or as much of them as is not there. No test image reaches any of them; `contents` proves it. */
export const createPrepare =
  ({ s3, bucket, bulk, parallel = 16 }: PrepareDeps): StageHandler<'prepare'> =>
  async (input, { log, signal, progress, now }) => {
    const { ref, experiment } = input
    const layout = ref.part
    if (!isLayout(layout))
      throw new PermanentError('layout_unknown', `layout ${layout} met, one of ${channelLayouts.join(', ')} needed`)
    const { manifest, fingerprint } = await loadManifest(bulk, experiment)
    const split = await loadSplit(bulk, input)
    const plans = planChannels(layout, manifest, split)
    const empty = plans.find(({ images }) => images.length === 0)
    if (empty)
      throw new PermanentError(
        'channel_empty',
        `channel ${empty.name} has no image with objects (${empty.leftOut} without), 1 needed`,
      )
    const prefix = preparedPrefix(layout, fingerprint, split)
    const total = plans.reduce((sum, { images }) => sum + images.length, 0)
    const onImage = (done: number) => {
      if (done % 50 === 0 || done === total)
        progress({ message: `prepares the channels as ${layout}`, done, total, unit: 'images' })
    }
    const notBefore = oldestUseful(now(), experiment.spec)
    const target = { s3, bucket, prefix, parallel, signal, onImage, notBefore }
    const written = await writers[layout](target, manifest, plans)
    const prepared = describePrepared(layout, plans, { bucket, prefix, categories: manifest.categories })
    await writeDone(s3, bucket, `${prefix}done.json`, prepared)
    const leftOut = plans.reduce((sum, plan) => sum + plan.leftOut, 0)
    log.info({ prefix, images: total, leftOut, written }, written > 0 ? 'channels prepared' : 'channels were there')
    return { ...prepared, contents: await bulk.putJson(experiment.id, `contents-${layout}.json`, contentsOf(plans)) }
  }
