import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import {
  type Accepted,
  acceptedSchema,
  type DatasetCheck,
  datasetCheckSchema,
  type DatasetRecord,
  datasetRecordSchema,
  type ExperimentSpec,
  type Intent,
  type Outcome,
  type Retry,
  type StageRef,
  type Trained,
  trainedSchema,
  type TrainingFields,
} from '@assay/contracts'
import { createDocumentReader, type ExperimentDocuments } from './experiment-documents.ts'
import { canonicalSha256, hashedId, outcomePath, randomId, reversedTime } from './keys.ts'
import { createDocuments } from './write-once.ts'

/** The same Idempotency-Key was used with another body before. */
export class IdempotencyMismatch extends Error {
  override readonly name = 'IdempotencyMismatch'
}

const mismatch = (id: string) =>
  new IdempotencyMismatch(`Idempotency-Key was used for experiment ${id} with another body`)

export interface Page {
  limit: number
  cursor?: string
}

export interface DatasetEntry {
  record: DatasetRecord
  /** All files are there: always so where they lay in S3 already. */
  complete: boolean
  check?: DatasetCheck
}

export interface LedgerOptions {
  s3: S3Client
  bucket: string
  environment: 'local' | 'aws'
  now?: () => Date
}

/** How many earlier trainings of a recipe a new one is compared with. */
const RECENTLY_TRAINED = 50

export type Ledger = Awaited<ReturnType<typeof createLedger>>

/** Opens the ledger of a bucket; the first to open it writes the installation's id there, once for ever. */
export const createLedger = async ({ s3, bucket, environment, now = () => new Date() }: LedgerOptions) => {
  const documents = createDocuments({ s3, bucket })
  const readDocuments = createDocumentReader({ s3, bucket })

  await documents.create('installation.json', { id: randomId() })
  const { id: installation } = (await documents.read('installation.json')) as { id: string }

  const putMarker = async (key: string) => {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: new Uint8Array() }))
  }
  const deleteMarker = async (key: string) => {
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
  }

  /** Keys below a prefix, bytewise; the cursor is the last key of the page before. */
  const listPage = async (prefix: string, { limit, cursor }: Page) => {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        MaxKeys: limit,
        StartAfter: cursor === undefined ? undefined : prefix + cursor,
      }),
    )
    const names = (page.Contents ?? []).flatMap(({ Key }) => (Key ? [Key.slice(prefix.length)] : []))
    return { names, nextCursor: page.IsTruncated ? (names.at(-1) ?? null) : null }
  }

  const readDataset = async (id: string): Promise<DatasetEntry | undefined> => {
    const [record, check, complete] = await Promise.all(
      ['record', 'check', 'complete'].map((name) => documents.read(`datasets/${id}/${name}.json`)),
    )
    if (record === undefined) return undefined
    const parsed = datasetRecordSchema.parse(record)
    return {
      record: parsed,
      complete: !parsed.upload || complete !== undefined,
      ...(check === undefined ? {} : { check: datasetCheckSchema.parse(check) }),
    }
  }

  const readTrained = async (keys: readonly string[]): Promise<Trained[]> => {
    const found = await Promise.all(keys.map((key) => documents.read(key)))
    return found.flatMap((document) => (document === undefined ? [] : [trainedSchema.parse(document)]))
  }

  /** The experiment that an Idempotency-Key of an owner of API keys stands for. */
  const experimentIdOf = (idempotencyKey: string, keyOwner = '') => hashedId(installation, keyOwner, idempotencyKey)

  return {
    installation,
    environment,
    experimentIdOf,
    documents: (experimentId: string): Promise<ExperimentDocuments> => readDocuments(experimentId),

    async registerDataset({
      name,
      location,
      upload,
    }: {
      name: string
      location?: string
      upload: boolean
    }): Promise<DatasetRecord> {
      const id = `ds-${randomId()}`
      const createdAt = now()
      const prefix = location ?? `s3://${bucket}/uploads/${id}`
      const record = {
        id,
        name,
        createdAt: createdAt.toISOString(),
        location: prefix.endsWith('/') ? prefix : `${prefix}/`,
        upload,
      }
      if (!upload) await putMarker(`open/${id}`)
      await documents.create(`datasets/${id}/record.json`, record)
      await putMarker(`dataset-index/${reversedTime(createdAt)}-${id}`)
      return datasetRecordSchema.parse(await documents.read(`datasets/${id}/record.json`))
    },
    readDataset,
    /** All files of an upload are there; from now on the reconciler sees to its check. */
    async completeDataset(id: string) {
      await putMarker(`open/${id}`)
      await documents.create(`datasets/${id}/complete.json`, { at: now().toISOString() })
    },
    async recordDatasetCheck(id: string, check: DatasetCheck) {
      await documents.create(`datasets/${id}/check.json`, check)
      await deleteMarker(`open/${id}`)
    },
    async listDatasets(page: Page) {
      const { names, nextCursor } = await listPage('dataset-index/', page)
      const entries = await Promise.all(names.map((name) => readDataset(name.slice(name.indexOf('-') + 1))))
      return { items: entries.filter((entry) => entry !== undefined), nextCursor }
    },

    /** Index and open marker first, spec last: a crash in between leaves a marker without a spec, which the reconciler removes after a day. */
    async acceptExperiment({
      spec,
      idempotencyKey,
      keyOwner,
      prices,
      expected,
    }: {
      spec: ExperimentSpec
      idempotencyKey?: string
      keyOwner?: string
      /** Kept with the experiment; a repeated acceptance keeps those of the first. */
      prices?: Accepted['prices']
      expected?: Accepted['expected']
    }) {
      const dataset = await readDataset(spec.dataset)
      if (!dataset?.check) throw new Error(`data set ${spec.dataset} has not been checked`)
      const id = idempotencyKey === undefined ? randomId() : experimentIdOf(idempotencyKey, keyOwner)
      const createdAt = now()
      const specSha256 = canonicalSha256(spec)
      const earlier = await documents.read(`experiments/${id}/spec.json`)
      if (earlier === undefined) {
        await putMarker(`index/${reversedTime(createdAt)}-${id}`)
        await putMarker(`open/${id}`)
        const value = {
          id,
          createdAt: createdAt.toISOString(),
          installation,
          environment,
          spec,
          specSha256,
          dataset: { record: dataset.record, check: dataset.check },
          ...(prices ? { prices } : {}),
          ...(expected ? { expected } : {}),
        }
        if (await documents.create(`experiments/${id}/spec.json`, value)) return { id, replayed: false }
      }
      const stored = acceptedSchema.parse(earlier ?? (await documents.read(`experiments/${id}/spec.json`)))
      if (stored.specSha256 !== specSha256) throw mismatch(id)
      return { id, replayed: true }
    },
    /** What an acceptance would give: the id where the key fixes one, and the spec's hash. Reads only; throws IdempotencyMismatch as an acceptance would. */
    async previewExperiment({
      spec,
      idempotencyKey,
      keyOwner = '',
    }: {
      spec: ExperimentSpec
      idempotencyKey?: string
      keyOwner?: string
    }) {
      const specSha256 = canonicalSha256(spec)
      if (idempotencyKey === undefined) return { installation, specSha256, id: undefined, isAccepted: false }
      const id = hashedId(installation, keyOwner, idempotencyKey)
      const earlier = await documents.read(`experiments/${id}/spec.json`)
      if (earlier !== undefined && acceptedSchema.parse(earlier).specSha256 !== specSha256) throw mismatch(id)
      return { installation, specSha256, id, isAccepted: earlier !== undefined }
    },
    async listExperimentIds(page: Page) {
      const { names, nextCursor } = await listPage('index/', page)
      // A retried acceptance can leave two index entries for one experiment; only neighbours on a page show.
      return { ids: [...new Set(names.map((name) => name.slice(name.indexOf('-') + 1)))], nextCursor }
    },
    /** Ids of experiments and data sets (ds-…) that are not terminal. */
    async *openIds(): AsyncGenerator<string> {
      let cursor: string | undefined
      do {
        const { names, nextCursor } = await listPage('open/', {
          limit: 1000,
          ...(cursor === undefined ? {} : { cursor }),
        })
        yield* names
        cursor = nextCursor ?? undefined
      } while (cursor !== undefined)
    },
    open: (id: string) => putMarker(`open/${id}`),
    close: (id: string) => deleteMarker(`open/${id}`),

    /** Keeps a training for those who ask for the same. Its document first: a crash before its place in time only makes explanations poorer. */
    async recordTrained(trained: Omit<Trained, 'writer'>) {
      const { fields, experimentId, approachId, attempt, trainedAt } = trained
      const hash = canonicalSha256(fields)
      const name = `${experimentId}-${approachId}-${attempt}`
      await documents.create(`trained/${hash}/${name}.json`, trained)
      await putMarker(`trained-index/${fields.recipe}/${reversedTime(new Date(trainedAt))}-${hash}-${name}`)
    },
    /** Trainings of just these fields, newest first. */
    async trainedWith(fields: TrainingFields): Promise<Trained[]> {
      const prefix = `trained/${canonicalSha256(fields)}/`
      const { names } = await listPage(prefix, { limit: 1000 })
      const found = await readTrained(names.map((name) => prefix + name))
      return found.sort((a, b) => b.trainedAt.localeCompare(a.trainedAt))
    },
    /** The newest trainings of a recipe. */
    async recentlyTrained(recipe: string): Promise<Trained[]> {
      const { names } = await listPage(`trained-index/${recipe}/`, { limit: RECENTLY_TRAINED })
      return readTrained(names.map((name) => `trained/${name.slice(14, 78)}/${name.slice(79)}.json`))
    },

    recordOutcome: (ref: StageRef, outcome: Omit<Outcome, 'writer'>) =>
      documents.create(`experiments/${ref.experimentId}/${outcomePath(ref)}`, outcome),
    requestCancel: (experimentId: string) =>
      documents.create(`experiments/${experimentId}/cancel.json`, { at: now().toISOString() }),
    beginAttempt: (experimentId: string, approachId: string, attempt: number) =>
      documents.create(`experiments/${experimentId}/${approachId}/${attempt}/attempt.json`, {
        at: now().toISOString(),
      }),
    /** Begins an attempt as the nth that was asked for; false where another was asked for first, which what was checked before did not count. */
    beginRetry: (experimentId: string, n: number, { approachId, attempt }: Pick<Retry, 'approachId' | 'attempt'>) =>
      documents.create(`experiments/${experimentId}/retry-${n}.json`, {
        at: now().toISOString(),
        approachId,
        attempt,
      }),
    requestTuningStop: (experimentId: string, approachId: string, attempt: number) =>
      documents.create(`experiments/${experimentId}/${approachId}/${attempt}/stop-tuning.json`, {
        at: now().toISOString(),
      }),
    closeAttempt: (experimentId: string, approachId: string, attempt: number) =>
      documents.create(`experiments/${experimentId}/${approachId}/${attempt}/closed.json`, { at: now().toISOString() }),
    /** What is read just before and after a Create: an attempt that was closed or canceled meanwhile must not keep the resource. */
    async isStopped(experimentId: string, approachId: string, attempt: number) {
      const [canceled, closed] = await Promise.all([
        documents.read(`experiments/${experimentId}/cancel.json`),
        documents.read(`experiments/${experimentId}/${approachId}/${attempt}/closed.json`),
      ])
      return canceled !== undefined || closed !== undefined
    },
    recordIntent: (experimentId: string, approachId: string, attempt: number, intent: Omit<Intent, 'writer' | 'at'>) =>
      documents.create(`experiments/${experimentId}/${approachId}/${attempt}/resources/${intent.kind}.json`, {
        ...intent,
        at: now().toISOString(),
      }),
  }
}
