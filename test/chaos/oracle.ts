import {
  ListEndpointConfigsCommand,
  ListEndpointsCommand,
  ListHyperParameterTuningJobsCommand,
  ListModelsCommand,
  ListTrainingJobsCommand,
} from '@aws-sdk/client-sagemaker'
import { experimentPrefix, resourceName } from '@assay/cloud'
import { createTiming, type ExperimentRecord } from '@assay/pipeline'
import { timeScale } from './chaos-stack.ts'
import type { Experiments } from './experiments.ts'
import type { Violation } from './invariants.ts'
import type { LocalCloudControl } from './local-cloud-control.ts'
import { patiently } from './patiently.ts'
import { type Result, resultOf } from './result.ts'

type Sagemaker = Experiments['clients']['sagemaker']
type Journal = Awaited<ReturnType<LocalCloudControl['journal']>>

/** A run that is over, and what it is compared with. */
export interface Run {
  id: string
  /** What the same key answered the second time. */
  again: string
  startedMs: number
  /** What it must come to, where that depends on what it came to: a fault that is an outcome leaves some things open. */
  expected: (met: Result) => Result
  /** What must hold besides. */
  check?: (experiment: ExperimentRecord) => Violation[]
  /** Calls to the control plane in the run without faults. */
  calmCalls: number
  /** A process stood still for longer than its lock: it may have made a free resource anew after teardown, and removed it. */
  frozen?: boolean
}

const JANITOR_MS = createTiming(timeScale).janitorMs

/** What the cloud lists of an experiment: everything that must be deleted and jobs that have not ended. */
const listLeft = async (sagemaker: Sagemaker, id: string): Promise<string[]> => {
  const filter = { NameContains: experimentPrefix(id), MaxResults: 100 }
  const running = { ...filter, StatusEquals: 'InProgress' } as const
  const { Endpoints = [] } = await sagemaker.send(new ListEndpointsCommand(filter))
  const { EndpointConfigs = [] } = await sagemaker.send(new ListEndpointConfigsCommand(filter))
  const { Models = [] } = await sagemaker.send(new ListModelsCommand(filter))
  const { TrainingJobSummaries = [] } = await sagemaker.send(new ListTrainingJobsCommand(running))
  const { HyperParameterTuningJobSummaries = [] } = await sagemaker.send(
    new ListHyperParameterTuningJobsCommand(running),
  )
  return [
    ...Endpoints.map(({ EndpointName }) => `endpoint ${EndpointName}`),
    ...EndpointConfigs.map(({ EndpointConfigName }) => `endpoint configuration ${EndpointConfigName}`),
    ...Models.map(({ ModelName }) => `model ${ModelName}`),
    ...TrainingJobSummaries.map(({ TrainingJobName }) => `training job ${TrainingJobName}`),
    ...HyperParameterTuningJobSummaries.map((job) => `tuning job ${job.HyperParameterTuningJobName}`),
  ]
}

/** Creates that did their work, by operation and name, whatever the caller was told. */
const committedCreates = (journal: Journal, id: string): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const { operation, resource = '', committed } of journal)
    if (committed && operation.startsWith('Create') && resource.startsWith(experimentPrefix(id)))
      counts.set(`${operation} ${resource}`, (counts.get(`${operation} ${resource}`) ?? 0) + 1)
  return counts
}

export const callsOf = (journal: Journal, id: string): number =>
  journal.filter(({ resource = '' }) => resource.includes(experimentPrefix(id))).length

const checkCreates = (experiment: ExperimentRecord, journal: Journal, { frozen = false }: Run): Violation[] => {
  const creates = committedCreates(journal, experiment.id)
  const repeated = [...creates]
    .filter(([name, times]) => times > 1 && (!frozen || /Job/.test(name)))
    .map(([name, times]): Violation => ({ invariant: 'one-job', detail: `${name}: ${times} times` }))
  const attempts = [...experiment.earlierAttempts, ...experiment.approaches]
  const missing = attempts
    .filter(({ train, index, attempt }) => {
      const name = resourceName(experiment.id, index, attempt)
      return (
        train?.status === 'succeeded' &&
        train.output?.jobName === name &&
        ![...creates.keys()].some((key) => key.endsWith(`Job ${name}`))
      )
    })
    .map(({ id }): Violation => ({ invariant: 'one-job', detail: `the job of ${id} was never created` }))
  return [...repeated, ...missing]
}

const checkBill = async (experiment: ExperimentRecord, cloud: LocalCloudControl): Promise<Violation[]> => {
  const lines = (await cloud.bill()).filter(({ name }) => name.startsWith(experimentPrefix(experiment.id)))
  const running = lines
    .filter((line) => line.running)
    .map(({ name }): Violation => ({ invariant: 'clean', detail: `${name} is still billed` }))
  const trained = [...experiment.earlierAttempts, ...experiment.approaches].flatMap((attempt) => {
    const name = resourceName(experiment.id, attempt.index, attempt.attempt)
    const trials = attempt.train?.status === 'succeeded' ? attempt.train.output?.trials : attempt.teardown?.output?.jobs
    if (attempt.train?.output && attempt.train.output.jobName !== name) return []
    const ledger = (trials ?? []).reduce((sum, { billableSeconds = 0 }) => sum + Math.ceil(billableSeconds), 0)
    const cloud = lines
      .filter((line) => line.kind === 'training' && line.name.startsWith(name))
      .reduce((sum, { seconds }) => sum + seconds, 0)
    return ledger === cloud
      ? []
      : [{ invariant: 'bill', detail: `${name}: ${ledger} s in the ledger, ${cloud} s billed` } as const]
  })
  return [...running, ...trained]
}

const checkPredicted = (experiment: ExperimentRecord): Violation[] =>
  experiment.approaches
    .filter(({ evaluate }) => evaluate?.status === 'succeeded')
    .flatMap(({ id, infer }) => {
      const images = [...infer.values()].reduce((sum, { output }) => sum + (output?.images ?? 0), 0)
      const { test = 0 } = experiment.split?.output?.images ?? {}
      return infer.size === Math.ceil(test / experiment.spec.inference.shardImages) && images === test
        ? []
        : [
            {
              invariant: 'predicted',
              detail: `${id}: ${images} images in ${infer.size} shards, ${test} needed`,
            } as const,
          ]
    })

/** Where two results part, in the words of JSON. */
const difference = (met: unknown, needed: unknown, path = ''): string | undefined => {
  if (JSON.stringify(met) === JSON.stringify(needed)) return undefined
  if (typeof met !== 'object' || typeof needed !== 'object' || met === null || needed === null)
    return `${path}: ${JSON.stringify(met)?.slice(0, 200)} met, ${JSON.stringify(needed)?.slice(0, 200)} needed`
  const keys = new Set([...Object.keys(met), ...Object.keys(needed)])
  for (const key of keys) {
    const found = difference(
      (met as Record<string, unknown>)[key],
      (needed as Record<string, unknown>)[key],
      `${path}/${key}`,
    )
    if (found !== undefined) return found
  }
  return path
}

/** Looks at a run from outside: the cloud's journal, listing and bill, and the ledger. */
export const createOracle = ({ experiments, cloud }: { experiments: Experiments; cloud: LocalCloudControl }) => {
  const { sagemaker } = experiments.clients
  const ended = new Map<string, string>()

  const settle = async (id: string): Promise<string[]> => {
    const look = () => patiently(() => listLeft(sagemaker, id))
    let left = await look()
    // A frozen process's late Create is the janitor's: one pass of it may be needed.
    for (const endMs = performance.now() + 2 * JANITOR_MS; left.length > 0 && performance.now() < endMs;) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      left = await look()
    }
    return left
  }

  return {
    /** Waits for the end of a run and says what does not hold. */
    judge: async (run: Run, withinMs: number): Promise<Violation[]> => {
      const { id, again, expected, calmCalls, startedMs, check = () => [] } = run
      if (id !== again) return [{ invariant: 'accepted', detail: `the same key answered ${id}, then ${again}` }]
      const experiment = await experiments.until(id, ({ finish }) => finish !== undefined, withinMs)
      if (!experiment) {
        const known = await experiments.record(id)
        return known
          ? [{ invariant: 'terminal', detail: `${id} has not ended within ${withinMs / 1000} s` }]
          : [{ invariant: 'accepted', detail: `${id} was accepted and does not exist` }]
      }
      const elapsedMs = performance.now() - startedMs
      ended.set(id, experiment.finish?.writer ?? '')
      const left = await settle(id)
      const journal = await cloud.journal('sagemaker')
      const met = resultOf(experiment, await experiments.report(experiment))
      const parted = difference(met, expected(met))
      const calls = callsOf(journal, id)
      const most = 3 * calmCalls + (2 * elapsedMs) / createTiming(timeScale).endpointPollMs
      return [
        ...checkCreates(experiment, journal, run),
        ...left.map((what): Violation => ({ invariant: 'clean', detail: `${what} is left` })),
        ...(await checkBill(experiment, cloud)),
        ...checkPredicted(experiment),
        ...check(experiment),
        ...(parted === undefined ? [] : [{ invariant: 'result', detail: `${id} ${parted}` } as const]),
        ...(calls <= most
          ? []
          : [{ invariant: 'calls', detail: `${id}: ${calls} calls, at most ${Math.round(most)}` } as const]),
      ]
    },
    /** Looks at everything that has ended once more: an outcome that changed since. */
    judgeFinal: async (): Promise<Violation[]> => {
      const changed: Violation[] = []
      for (const [id, writer] of ended) {
        const now = (await experiments.readAgain(id))?.finish?.writer
        if (now !== writer) changed.push({ invariant: 'final', detail: `${id}: outcome of ${writer}, now of ${now}` })
      }
      return changed
    },
  }
}
export type Oracle = ReturnType<typeof createOracle>
