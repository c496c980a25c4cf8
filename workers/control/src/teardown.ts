import {
  DescribeEndpointCommand,
  type DescribeEndpointCommandOutput,
  DescribeHyperParameterTuningJobCommand,
  DescribeTrainingJobCommand,
  DescribeTransformJobCommand,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker'
import {
  type CloudClients,
  endpointWait,
  ifThere,
  resourceName,
  trainingJobWait,
  transformJobWait,
  tuningJobWait,
} from '@assay/cloud'
import { removeResource } from '@assay/cleanup'
import type { Intent, Trial } from '@assay/contracts'
import type { BulkStore, Ledger } from '@assay/ledger'
import {
  type ApproachRecord,
  type ApproachStageInput,
  type ExperimentRecord,
  type Later,
  later,
  type Log,
  type StageHandler,
  type Timing,
} from '@assay/pipeline'
import { describeTrials, trialOf } from '@assay/training'

export interface TeardownDeps {
  clients: Pick<CloudClients, 'sagemaker'>
  ledger: Pick<Ledger, 'closeAttempt'>
  loadExperiment: (experimentId: string) => Promise<ExperimentRecord | undefined>
  bulk: BulkStore
  timing: Timing
}

type Kind = Intent['kind']

/** What a training that came to nothing ran, for the bill. */
const describeJobs = async (sagemaker: SageMakerClient, name: string, kinds: ReadonlySet<Kind>): Promise<Trial[]> => {
  const tuned = kinds.has('tuning-job') ? await ifThere(() => describeTrials(sagemaker, name)) : undefined
  const trained = kinds.has('training-job')
    ? await ifThere(() => sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name })))
    : undefined
  return [...(tuned?.trials ?? []), ...(trained ? [trialOf(trained)] : [])]
}

const describeTransform = (sagemaker: SageMakerClient, name: string) =>
  sagemaker.send(new DescribeTransformJobCommand({ TransformJobName: name }))

const isOver = (status: string | undefined) => status === 'Completed' || status === 'Failed' || status === 'Stopped'

/**
 * Removes everything an attempt has in the cloud: running jobs are stopped; the endpoint goes first, then its configuration, then the model.
 * An intended resource that is absent counts as gone only once it had time to become visible. That time begins when the attempt was closed: until
 * then its Create may still be sent, however old the intent, for a limit of the account may have held it up for hours.
 */
export const createTeardown = ({
  clients: { sagemaker },
  ledger,
  loadExperiment,
  bulk,
  timing,
}: TeardownDeps): StageHandler<'teardown'> => {
  /** The attempt as it is once nothing more may be created: what was intended while the marker was being written is among its intents. */
  const close = async ({ experiment, approach }: ApproachStageInput): Promise<ApproachRecord> => {
    const { id: approachId, attempt } = approach
    await ledger.closeAttempt(experiment.id, approachId, attempt)
    if (approach.closedAt !== undefined) return approach
    const { approaches = [], earlierAttempts = [] } = (await loadExperiment(experiment.id)) ?? {}
    return (
      [...approaches, ...earlierAttempts].find((one) => one.id === approachId && one.attempt === attempt) ?? approach
    )
  }

  /** Notes in `seen` which jobs are there, over or not: no second one of the name can come to be. */
  const stopJobs = async (name: string, kinds: ReadonlySet<Kind>, seen: Set<Kind>): Promise<Later | undefined> => {
    if (kinds.has('tuning-job')) {
      const job = await ifThere(() =>
        sagemaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name })),
      )
      const status = job?.HyperParameterTuningJobStatus
      if (job && !isOver(status)) {
        if (status !== 'Stopping') await removeResource(sagemaker, { kind: 'tuning-job', name })
        return later({ afterMs: timing.pollMs, reason: `tuning job ${name} stops`, cloud: tuningJobWait(job) })
      }
      if (job) seen.add('tuning-job')
    }
    if (kinds.has('training-job')) {
      const job = await ifThere(() => sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name })))
      if (job && !isOver(job.TrainingJobStatus)) {
        if (job.TrainingJobStatus !== 'Stopping') await removeResource(sagemaker, { kind: 'training-job', name })
        return later({ afterMs: timing.pollMs, reason: `training job ${name} stops`, cloud: trainingJobWait(job) })
      }
      if (job) seen.add('training-job')
    }
    if (kinds.has('transform-job')) {
      const job = await ifThere(() => describeTransform(sagemaker, name))
      if (job && !isOver(job.TransformJobStatus)) {
        if (job.TransformJobStatus !== 'Stopping') await removeResource(sagemaker, { kind: 'transform-job', name })
        return later({ afterMs: timing.pollMs, reason: `transform job ${name} stops`, cloud: transformJobWait(job) })
      }
      if (job) seen.add('transform-job')
    }
    return undefined
  }

  /** What the answers cost: an endpoint that came into service until now, or a transform job from its start to its end. */
  const usageOf = async ({ experiment, approach }: ApproachStageInput, name: string, now: Date) => {
    const { id: approachId, intents, deploy } = approach
    const store = (description: unknown) =>
      bulk.putJson(experiment.id, `describes/${approachId}-endpoint.json`, description)
    const job = intents.some(({ kind }) => kind === 'transform-job')
      ? await ifThere(() => describeTransform(sagemaker, name))
      : undefined
    if (job?.TransformStartTime && job.TransformEndTime)
      return {
        endpointSeconds: (job.TransformEndTime.getTime() - job.TransformStartTime.getTime()) / 1000,
        endpointInstanceType: job.TransformResources?.InstanceType,
        endpointDescribe: await store(job),
      }
    const intended = intents.find(({ kind }) => kind === 'endpoint')
    if (!intended || deploy?.status !== 'succeeded') return {}
    return {
      endpointSeconds: (now.getTime() - Date.parse(intended.at)) / 1000,
      endpointInstanceType: deploy.output?.instanceType,
      endpointDescribe: await store(deploy.output),
    }
  }

  const deleteEndpoint = async (name: string, endpoint: DescribeEndpointCommandOutput): Promise<Later> => {
    const { EndpointStatus: status } = endpoint
    // The cloud refuses to delete an endpoint that it is still making; it is asked again until it lets go.
    if (status !== 'Deleting') await removeResource(sagemaker, { kind: 'endpoint', name })
    return later({
      afterMs: timing.endpointPollMs,
      reason: `endpoint ${name} (${status}) is deleted`,
      cloud: endpointWait(endpoint),
    })
  }

  const mayStillAppear = ({ approach }: ApproachStageInput, seen: ReadonlySet<Kind>, now: Date): boolean =>
    now.getTime() - Date.parse(approach.closedAt ?? now.toISOString()) < timing.visibleMs &&
    approach.intents.some(({ kind }) => {
      const { status } = (kind === 'training-job' || kind === 'tuning-job' ? approach.train : approach.deploy) ?? {}
      return !seen.has(kind) && status !== 'succeeded'
    })

  /** What costs money and does not go away must be seen by somebody: in the log at every look, and in the view. */
  const raiseAlarm = (waiting: Later, { approach }: ApproachStageInput, now: Date, log: Log): Later => {
    const begunAt = approach.closedAt
    if (begunAt === undefined || now.getTime() - Date.parse(begunAt) < timing.removalAlarmMs) return waiting
    log.error({ begunAt, waiting: waiting.later.reason }, 'teardown is overdue')
    return later({ ...waiting.later, reason: `OVERDUE since ${begunAt}: ${waiting.later.reason}` })
  }

  return async (given, { now, log }) => {
    const { experiment } = given
    const approach = await close(given)
    const input = { ...given, approach }
    const { attempt, intents, index } = approach
    const name = resourceName(experiment.id, index, attempt)
    const kinds = new Set(intents.map(({ kind }) => kind))

    const seen = new Set<Kind>()
    const waiting = await stopJobs(name, kinds, seen)
    const endpoint = kinds.has('endpoint')
      ? await ifThere(() => sagemaker.send(new DescribeEndpointCommand({ EndpointName: name })))
      : undefined
    const left = endpoint ? await deleteEndpoint(name, endpoint) : waiting
    if (left) return raiseAlarm(left, input, now(), log)
    if (mayStillAppear(input, seen, now()))
      return later({
        afterMs: timing.endpointPollMs,
        reason: `${name}: absent so far, waits until it could no longer appear`,
      })
    if (kinds.has('endpoint-config')) await removeResource(sagemaker, { kind: 'endpoint-config', name })
    if (kinds.has('model')) await removeResource(sagemaker, { kind: 'model', name })
    const jobs = approach.train?.status === 'succeeded' ? [] : await describeJobs(sagemaker, name, kinds)
    log.info({ resources: intents.length }, 'attempt torn down')
    return {
      deleted: intents.map((intent) => ({ kind: intent.kind, name: intent.name })),
      ...(jobs.length > 0 ? { jobs } : {}),
      ...(await usageOf(input, name, now())),
    }
  }
}
