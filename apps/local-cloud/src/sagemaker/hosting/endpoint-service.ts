import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type {
  CreateEndpointInput,
  UpdateEndpointInput,
  UpdateEndpointWeightsAndCapacitiesInput,
} from '@aws-sdk/client-sagemaker'
import { validationError } from '../../aws-error.ts'
import { openTable, type Table } from '../../state/table.ts'
import type { Wire } from '../../wire.ts'
import { arnOf, type CloudContext } from '../context.ts'
import { assertQuota } from '../quota.ts'
import type { EndpointConfigService } from './endpoint-config-service.ts'
import { type DeployedVariant, deployedVariants, type EndpointRecord, variantSummaries } from './endpoint-record.ts'
import { type LiveVariant, startVariant } from './live-variant.ts'
import type { ModelService } from './model-service.ts'

/** Endpoints: their records, and the programs of those that serve. */
export interface EndpointService {
  table: Table<EndpointRecord>
  create(input: Wire<CreateEndpointInput>): string
  get(name: string): EndpointRecord
  update(input: Wire<UpdateEndpointInput>): string
  changeWeights(input: Wire<UpdateEndpointWeightsAndCapacitiesInput>): string
  delete(name: string): void
  /** The program of one of an endpoint's variants, undefined for a variant that is not served. */
  variant(name: string, variant: string): LiveVariant | undefined
  resume(): void
  close(): Promise<void>
}

const keyOf = (name: string) => name.toLowerCase()

/** Between two looks whether an endpoint still sticks in Creating, in ms of cloud time. */
const STICKS_MS = 1_000

const noCapacity =
  'Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error. Please retry using a different ML instance type or after some time.'

export const createEndpointService = (
  context: CloudContext,
  configs: EndpointConfigService,
  models: ModelService,
): EndpointService => {
  const { clock, tags, logs, lifecycle, usage } = context
  const table = openTable<EndpointRecord>(join(context.dataDir, 'endpoints.jsonl'))
  const live = new Map<string, Map<string, LiveVariant>>()
  const pending = new Set<Promise<void>>()
  /** All that were started and not stopped, also those that do not serve yet. */
  const started = new Set<LiveVariant>()
  let closed = false

  const arn = (name: string) => arnOf(context, 'endpoint', name)
  const folderOf = ({ endpoint, generation }: EndpointRecord) =>
    join(context.dataDir, 'endpoints', keyOf(endpoint.EndpointName), String(generation))
  const get = (name: string): EndpointRecord => {
    const record = table.get(keyOf(name))
    if (!record) throw validationError(`Could not find endpoint "${arn(name)}".`)
    return record
  }
  const save = (record: EndpointRecord) => {
    record.endpoint.LastModifiedTime = clock.stamp()
    table.set(keyOf(record.endpoint.EndpointName), record)
  }
  const inBackground = (work: Promise<void>) => {
    const tracked = work
      .catch((error: unknown) => console.error('endpoint', error))
      .finally(() => pending.delete(tracked))
    pending.add(tracked)
  }

  const startVariants = (record: EndpointRecord): Map<string, LiveVariant> => {
    const name = record.endpoint.EndpointName
    return new Map(
      record.variants.map((variant) => {
        const baseDir = join(folderOf(record), variant.name)
        const instance = createHash('sha256').update(`${baseDir}\n${clock.nowMs()}`).digest('hex').slice(0, 17)
        const onLine = (message: string) =>
          logs.append(`/aws/sagemaker/Endpoints/${name}`, `${variant.name}/i-${instance}`, [
            { timestamp: clock.nowMs(), message },
          ])
        const live = startVariant(context, variant, baseDir, onLine)
        started.add(live)
        return [variant.name, live]
      }),
    )
  }

  const stopAll = async (variants: Iterable<LiveVariant>) => {
    await Promise.all(
      [...variants].map(async (variant) => {
        await variant.stop()
        started.delete(variant)
      }),
    )
  }

  /** Brings the record's variants up. Answers why that failed, or undefined. */
  const deploy = async (record: EndpointRecord): Promise<{ variants: Map<string, LiveVariant>; failure?: string }> => {
    const name = record.endpoint.EndpointName
    await clock.sleep(lifecycle.settings.endpointCreateSeconds * 1000)
    const ruleOf = () => lifecycle.settings.endpoints.find(({ pattern }) => new RegExp(pattern).test(name))
    while (ruleOf()?.outcome === 'stick') await clock.sleep(STICKS_MS)
    const rule = ruleOf()
    if (rule?.outcome === 'fail') return { variants: new Map(), failure: rule.reason ?? noCapacity }
    if (record.variants.some(({ instanceType }) => instanceType === undefined))
      return { variants: new Map(), failure: noCapacity }
    const variants = startVariants(record)
    for (const [variant, { ready }] of variants) {
      try {
        await ready
      } catch (error) {
        await stopAll(variants.values())
        const detail = error instanceof Error ? error.message : String(error)
        return {
          variants,
          failure: `The primary container for production variant ${variant} did not pass the ping health check. Please check CloudWatch logs for this endpoint. (${detail})`,
        }
      }
    }
    return { variants }
  }

  /** An endpoint is billed from the moment its instances are there until it is gone. */
  const meter = ({ endpoint, variants }: EndpointRecord) => {
    for (const { name, instanceType = '', instanceCount } of variants)
      usage.startEndpoint({
        name: endpoint.EndpointName,
        variant: name,
        instanceType,
        instanceCount,
        startedAt: clock.stamp(),
      })
  }

  const bringUp = async (record: EndpointRecord) => {
    const { variants, failure } = await deploy(record)
    if (closed) return
    if (failure === undefined) {
      live.set(keyOf(record.endpoint.EndpointName), variants)
      meter(record)
    }
    record.endpoint.EndpointStatus = failure === undefined ? 'InService' : 'Failed'
    record.endpoint.FailureReason = failure
    record.endpoint.ProductionVariants = failure === undefined ? variantSummaries(record.variants) : undefined
    save(record)
  }

  const replace = async (record: EndpointRecord, next: EndpointRecord) => {
    const { variants, failure } = await deploy(next)
    if (closed) return
    const { endpoint } = record
    endpoint.EndpointStatus = 'InService'
    endpoint.FailureReason = failure
    if (failure !== undefined) return save(record)
    const key = keyOf(endpoint.EndpointName)
    const former = live.get(key)
    const formerFolder = folderOf(record)
    live.set(key, variants)
    endpoint.EndpointConfigName = next.endpoint.EndpointConfigName
    endpoint.ProductionVariants = variantSummaries(next.variants)
    record.variants = next.variants
    record.generation = next.generation
    save(record)
    usage.endEndpoint(endpoint.EndpointName, clock.stamp())
    meter(record)
    await stopAll(former?.values() ?? [])
    await rm(formerFolder, { recursive: true, force: true })
  }

  /** Other weights and numbers of instances for the programs that serve already. */
  const adjust = async (record: EndpointRecord, next: DeployedVariant[]) => {
    await clock.sleep(lifecycle.settings.endpointCreateSeconds * 1000)
    if (closed) return
    const { endpoint } = record
    record.variants = next
    endpoint.EndpointStatus = 'InService'
    endpoint.ProductionVariants = variantSummaries(next)
    save(record)
    usage.endEndpoint(endpoint.EndpointName, clock.stamp())
    meter(record)
  }

  /** An endpoint that served in the former life and cannot be brought up again has failed. */
  const watchReturn = async (record: EndpointRecord, variants: Map<string, LiveVariant>) => {
    try {
      await Promise.all([...variants.values()].map(({ ready }) => ready))
    } catch (error) {
      if (closed) return
      record.endpoint.EndpointStatus = 'Failed'
      record.endpoint.FailureReason = error instanceof Error ? error.message : String(error)
      save(record)
      await stopAll(variants.values())
    }
  }

  const takeDown = async (record: EndpointRecord) => {
    const key = keyOf(record.endpoint.EndpointName)
    await clock.sleep(lifecycle.settings.endpointDeleteSeconds * 1000)
    await stopAll(live.get(key)?.values() ?? [])
    if (closed) return
    usage.endEndpoint(record.endpoint.EndpointName, clock.stamp())
    live.delete(key)
    await rm(join(context.dataDir, 'endpoints', key), { recursive: true, force: true })
    table.delete(key)
    tags.drop(record.endpoint.EndpointArn)
  }

  const inProgress = ({ endpoint }: EndpointRecord) =>
    validationError(`Cannot update in-progress endpoint "${endpoint.EndpointArn}".`)
  /** A failed endpoint can only be deleted. */
  const assertUpdatable = (record: EndpointRecord) => {
    const { EndpointStatus: status, EndpointArn } = record.endpoint
    if (status === 'Failed') throw validationError(`Cannot update failed endpoint "${EndpointArn}".`)
    if (status !== 'InService') throw inProgress(record)
  }

  const assertEndpointQuota = (variants: DeployedVariant[]) => {
    for (const { instanceType, instanceCount } of variants)
      assertQuota(context, 'endpoint', instanceType, instanceCount, () =>
        [...table.values()]
          .flatMap((record) => record.variants)
          .filter((variant) => variant.instanceType === instanceType)
          .reduce((sum, variant) => sum + variant.instanceCount, 0),
      )
  }

  return {
    table,
    get,
    create: (input) => {
      const name = input.EndpointName
      if (table.has(keyOf(name))) throw validationError(`Cannot create already existing endpoint "${arn(name)}".`)
      const config = configs.get(input.EndpointConfigName)
      const variants = deployedVariants(config, models, lifecycle.settings.withoutCapacity)
      assertEndpointQuota(variants)
      const now = clock.stamp()
      const record: EndpointRecord = {
        endpoint: {
          EndpointName: name,
          EndpointArn: arn(name),
          EndpointConfigName: input.EndpointConfigName,
          EndpointStatus: 'Creating',
          CreationTime: now,
          LastModifiedTime: now,
        },
        variants,
        generation: 1,
      }
      tags.add(record.endpoint.EndpointArn, input.Tags ?? [])
      save(record)
      inBackground(bringUp(record))
      return record.endpoint.EndpointArn
    },
    update: (input) => {
      const record = get(input.EndpointName)
      assertUpdatable(record)
      if (record.endpoint.EndpointConfigName === input.EndpointConfigName)
        throw validationError(
          `Cannot update endpoint with the currently in use endpoint configuration "${input.EndpointConfigName}".`,
        )
      const config = configs.get(input.EndpointConfigName)
      const next: EndpointRecord = {
        endpoint: { ...record.endpoint, EndpointConfigName: input.EndpointConfigName },
        variants: deployedVariants(config, models, lifecycle.settings.withoutCapacity),
        generation: record.generation + 1,
      }
      record.endpoint.EndpointStatus = 'Updating'
      save(record)
      inBackground(replace(record, next))
      return record.endpoint.EndpointArn
    },
    changeWeights: (input) => {
      const record = get(input.EndpointName)
      assertUpdatable(record)
      const next = record.variants.map((variant) => ({ ...variant }))
      for (const wanted of input.DesiredWeightsAndCapacities) {
        const variant = next.find(({ name }) => name === wanted.VariantName)
        if (!variant) throw validationError(`Could not find production variant "${wanted.VariantName}".`)
        variant.weight = wanted.DesiredWeight ?? variant.weight
        const more = (wanted.DesiredInstanceCount ?? 0) - variant.instanceCount
        if (more > 0) assertEndpointQuota([{ ...variant, instanceCount: more }])
        variant.instanceCount = wanted.DesiredInstanceCount ?? variant.instanceCount
      }
      record.endpoint.EndpointStatus = 'Updating'
      save(record)
      inBackground(adjust(record, next))
      return record.endpoint.EndpointArn
    },
    delete: (name) => {
      const record = get(name)
      const { EndpointStatus: status } = record.endpoint
      if (status === 'Creating' || status === 'Updating') throw inProgress(record)
      if (status === 'Deleting') return
      record.endpoint.EndpointStatus = 'Deleting'
      save(record)
      inBackground(takeDown(record))
    },
    variant: (name, variant) => live.get(keyOf(name))?.get(variant),
    resume: () => {
      for (const record of table.values()) {
        const { EndpointStatus, EndpointName } = record.endpoint
        if (EndpointStatus === 'Deleting') inBackground(takeDown(record))
        if (EndpointStatus === 'Creating') inBackground(bringUp(record))
        if (EndpointStatus === 'InService' || EndpointStatus === 'Updating') {
          // An update that was under way is forgotten; what served before it serves again.
          const variants = startVariants(record)
          live.set(keyOf(EndpointName), variants)
          inBackground(watchReturn(record, variants))
          if (EndpointStatus === 'Updating') {
            record.endpoint.EndpointStatus = 'InService'
            save(record)
          }
        }
      }
    },
    close: async () => {
      closed = true
      await Promise.all([...started].map((variant) => variant.kill()))
      table.close()
    },
  }
}
