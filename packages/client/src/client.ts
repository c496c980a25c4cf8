import {
  type Cleanup,
  cleanupSchema,
  type ApproachDetail,
  approachDetailSchema,
  type DatasetView,
  datasetViewSchema,
  type ExperimentEvent,
  experimentEventSchema,
  type ExperimentSpecInput,
  type ExperimentSummary,
  experimentSummarySchema,
  type ExperimentView,
  experimentViewSchema,
  pageOf,
  type Plan,
  planSchema,
  type RegisterDataset,
  type SourceView,
  sourceViewSchema,
  uploadUrlsSchema,
} from '@assay/contracts'
import { z } from 'zod'
import { readProblem } from './problem-error.ts'
import { readServerSentEvents } from './server-sent-events.ts'

export interface ClientOptions {
  /** Where the API listens, for example http://127.0.0.1:4000. */
  url: string
  /** Sent as a bearer token. */
  apiKey?: string | undefined
  /** Longest wait before an interrupted stream of events is opened again. (Default: 5,000) */
  reconnectWithinMs?: number
}

interface PlanOptions {
  idempotencyKey?: string | undefined
  /** Whether to have every request body shown. */
  bodies?: boolean | undefined
}

const acceptedSchema = z.object({ id: z.string(), state: z.string() })
const presetSchema = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  spec: z.custom<Omit<ExperimentSpecInput, 'dataset' | 'name'>>((value) => typeof value === 'object' && value !== null),
})
export type Preset = z.infer<typeof presetSchema>

export const reportFormats = ['json', 'html', 'md', 'csv'] as const
export type ReportFormat = (typeof reportFormats)[number]
export type AssayClient = ReturnType<typeof createClient>

/** The API's operations. Each throws ProblemError where the API refuses and TypeError where it cannot be reached. */
export const createClient = ({ url, apiKey, reconnectWithinMs = 5_000 }: ClientOptions) => {
  const base = url.replace(/\/+$/, '')

  const request = async (method: string, path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers)
    if (apiKey) headers.set('authorization', `Bearer ${apiKey}`)
    if (!headers.has('accept')) headers.set('accept', 'application/json')
    const response = await fetch(base + path, { ...init, method, headers }).catch((cause: unknown) => {
      throw init.signal?.aborted ? cause : new TypeError(`${base} cannot be reached`, { cause })
    })
    if (!response.ok) throw await readProblem(response)
    return response
  }
  const get = async <Schema extends z.ZodType>(schema: Schema, path: string) =>
    schema.parse(await (await request('GET', path)).json())
  const post = async (path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    request(
      'POST',
      path,
      body === undefined
        ? { headers }
        : { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) },
    )
  /** Every item of a list, page by page. */
  const items = async <Item extends z.ZodType>(item: Item, path: string): Promise<z.output<Item>[]> => {
    const found: z.output<Item>[] = []
    let cursor: string | null = null
    do {
      const query: string = cursor === null ? '?limit=200' : `?limit=200&cursor=${encodeURIComponent(cursor)}`
      const page: { items: z.output<Item>[]; nextCursor: string | null } = await get(pageOf(item), path + query)
      found.push(...page.items)
      cursor = page.nextCursor
    } while (cursor !== null)
    return found
  }

  return {
    url: base,
    /** Throws where the API does not answer. */
    health: async (): Promise<void> => {
      await request('GET', '/healthz')
    },
    registerDataset: async (body: RegisterDataset): Promise<DatasetView> =>
      datasetViewSchema.parse(await (await post('/v1/datasets', body)).json()),
    datasets: (): Promise<DatasetView[]> => items(datasetViewSchema, '/v1/datasets'),
    dataset: (id: string): Promise<DatasetView> => get(datasetViewSchema, `/v1/datasets/${id}`),
    /** At most 1,000 files a call. */
    requestUploads: async (id: string, files: { path: string; bytes: number }[]) =>
      uploadUrlsSchema.parse(await (await post(`/v1/datasets/${id}/uploads`, { files })).json()).uploads,
    /** All files are uploaded: the check begins. */
    completeDataset: async (id: string): Promise<void> => {
      await post(`/v1/datasets/${id}/complete`)
    },
    /** Where a packed source folder lies, or would, and whether it is there. */
    source: (sha256: string): Promise<SourceView> => get(sourceViewSchema, `/v1/sources/${sha256}`),
    storeSource: async (sha256: string, bytes: Uint8Array): Promise<SourceView> => {
      const body = new Uint8Array(bytes)
      const headers = { 'content-type': 'application/gzip' }
      return sourceViewSchema.parse(await (await request('PUT', `/v1/sources/${sha256}`, { body, headers })).json())
    },
    presets: async (): Promise<Preset[]> => (await get(pageOf(presetSchema), '/v1/presets')).items,
    /** Answers the experiment's id. The same key and body again answer the same id. */
    submit: async (spec: unknown, idempotencyKey: string): Promise<string> =>
      acceptedSchema.parse(await (await post('/v1/experiments', spec, { 'idempotency-key': idempotencyKey })).json())
        .id,
    /** What the experiment would do and cost; nothing is changed. With the key of a later submission the names are those that it will use. */
    plan: async (spec: unknown, { idempotencyKey, bodies }: PlanOptions = {}): Promise<Plan> => {
      const query = `?validateOnly=true${bodies ? '&bodies=true' : ''}`
      const headers: Record<string, string> = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }
      return planSchema.parse(await (await post(`/v1/experiments${query}`, spec, headers)).json())
    },
    experiments: (): Promise<ExperimentSummary[]> => items(experimentSummarySchema, '/v1/experiments'),
    experiment: (id: string): Promise<ExperimentView> => get(experimentViewSchema, `/v1/experiments/${id}`),
    cancel: async (id: string): Promise<void> => {
      await post(`/v1/experiments/${id}/cancel`)
    },
    retry: async (id: string, approachId: string): Promise<void> => {
      await post(`/v1/experiments/${id}/approaches/${approachId}/retry`)
    },
    /** Removes what no experiment needs any more; finds it only in a dry run. */
    cleanUp: async (dryRun: boolean): Promise<Cleanup> =>
      cleanupSchema.parse(await (await post('/v1/cleanup', { dryRun })).json()),
    approach: (id: string, approachId: string): Promise<ApproachDetail> =>
      get(approachDetailSchema, `/v1/experiments/${id}/approaches/${approachId}`),
    /** Ends a tuning early; the approach goes on with the best trial so far. */
    stopTuning: async (id: string, approachId: string): Promise<void> => {
      await post(`/v1/experiments/${id}/approaches/${approachId}/stop-tuning`)
    },
    report: async (id: string, format: ReportFormat): Promise<Uint8Array> => {
      const answer = await request('GET', `/v1/experiments/${id}/report?format=${format}`, {
        headers: { accept: '*/*' },
      })
      return new Uint8Array(await answer.arrayBuffer())
    },
    /** One of the files behind the report, by its path in the report folder. */
    reportFile: async (id: string, path: string): Promise<Uint8Array> => {
      const answer = await request('GET', `/v1/experiments/${id}/report/files/${encodeURI(path)}`, {
        headers: { accept: '*/*' },
      })
      return new Uint8Array(await answer.arrayBuffer())
    },
    /** Changes as they happen, a snapshot first. A broken stream is opened again where it ended; ends with the signal only. */
    async *events(id: string, signal: AbortSignal): AsyncGenerator<ExperimentEvent> {
      let lastEventId: string | undefined
      let failures = 0
      while (!signal.aborted) {
        try {
          const { body } = await request('GET', `/v1/experiments/${id}/events`, {
            signal,
            headers: {
              accept: 'text/event-stream',
              ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
            },
          })
          for await (const event of readServerSentEvents(body ?? new ReadableStream(), signal)) {
            failures = 0
            lastEventId = event.id ?? lastEventId
            yield experimentEventSchema.parse(JSON.parse(event.data))
          }
        } catch (error) {
          if (signal.aborted) return
          const isPassing = error instanceof TypeError || ('status' in Object(error) && Object(error).status >= 500)
          if (!isPassing) throw error
        }
        const waitMs = Math.min(100 * 2 ** failures++, reconnectWithinMs)
        await new Promise((resolve) => setTimeout(resolve, waitMs))
      }
    },
  }
}
