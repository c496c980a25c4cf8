import type { Scheduler } from './scheduler.ts'

interface Resource {
  kind: string
  name: string
  createdAtMs: number
  visibleAtMs: number
  /** When it is done by itself. */
  doneAtMs: number
  stoppedAtMs?: number
  deletedAtMs?: number
  failure: string | undefined
  tags: { Key: string; Value: string }[]
}

export const awsError = (name: string, message: string, status = 400) =>
  Object.assign(new Error(message), { name, $fault: 'client', $metadata: { httpStatusCode: status } })

type Input = Record<string, unknown>
type Handler = (input: Input) => unknown

/** How long stopping a job and deleting an endpoint take. */
const STOP_MS = 10_000
const ENDPOINT_DELETE_MS = 15_000

const KINDS = {
  TrainingJob: { kind: 'training-job', nameKey: 'TrainingJobName', missing: 'Requested resource not found.' },
  HyperParameterTuningJob: {
    kind: 'tuning-job',
    nameKey: 'HyperParameterTuningJobName',
    missing: 'Could not find tuning job',
  },
  Model: { kind: 'model', nameKey: 'ModelName', missing: 'Could not find model' },
  EndpointConfig: {
    kind: 'endpoint-config',
    nameKey: 'EndpointConfigName',
    missing: 'Could not find endpoint configuration',
  },
  TransformJob: {
    kind: 'transform-job',
    nameKey: 'TransformJobName',
    missing: 'Could not find job to update with name',
  },
  Endpoint: { kind: 'endpoint', nameKey: 'EndpointName', missing: 'Could not find endpoint' },
} as const

/** The control plane as the handlers meet it: names are unique, things take time, a fresh resource may not be visible yet. */
export class VirtualCloud {
  readonly created = new Map<string, number>()
  #resources = new Map<string, Resource>()
  #scheduler: Scheduler
  #invisibleMs: number
  #withoutGpus: boolean
  #internalErrors: number

  constructor(scheduler: Scheduler, options: { invisibleMs: number; withoutGpus: boolean; internalErrors: number }) {
    this.#scheduler = scheduler
    this.#invisibleMs = options.invisibleMs
    this.#withoutGpus = options.withoutGpus
    this.#internalErrors = options.internalErrors
  }

  /** Why it will fail, if it will. */
  #failureOf(kind: string, name: string, input: Input): string | undefined {
    if (this.#withoutGpus && JSON.stringify(input['ResourceConfig'] ?? '').includes('ml.g4dn.xlarge'))
      return 'CapacityError: Unable to provision'
    const isBroken =
      (kind === 'tuning-job' && name.endsWith('-01-01') && this.#internalErrors >= 1) ||
      (kind === 'transform-job' && name.endsWith('-01-02') && this.#internalErrors >= 2)
    return isBroken ? 'InternalServerError: We encountered an internal error. Please try again.' : undefined
  }

  #put(kind: string, name: string, input: Input, durationMs: number) {
    const key = `${kind}/${name}`
    const known = this.#resources.get(key)
    if (known && !this.#isGone(known)) {
      if (kind.endsWith('-job')) throw awsError('ResourceInUse', `${name} already exists`)
      throw awsError('ValidationException', `Cannot create already existing ${kind} "${name}"`)
    }
    const now = this.#scheduler.nowMs
    this.created.set(key, (this.created.get(key) ?? 0) + 1)
    const visibleAtMs = now + this.#scheduler.random.between(0, this.#invisibleMs)
    this.#resources.set(key, {
      kind,
      name,
      createdAtMs: now,
      visibleAtMs,
      doneAtMs: now + durationMs,
      tags: input['Tags'] as Resource['tags'],
      failure: this.#failureOf(kind, name, input),
    })
    return {}
  }

  #isGone({ deletedAtMs }: Resource) {
    return deletedAtMs !== undefined && deletedAtMs <= this.#scheduler.nowMs
  }

  #find(kind: string, name: string, missing: string): Resource {
    const resource = this.#resources.get(`${kind}/${name}`)
    if (!resource || this.#isGone(resource) || resource.visibleAtMs > this.#scheduler.nowMs)
      throw awsError('ValidationException', missing)
    return resource
  }

  #jobStatus({ doneAtMs, stoppedAtMs, failure }: Resource): string {
    const now = this.#scheduler.nowMs
    if (stoppedAtMs !== undefined && stoppedAtMs < doneAtMs) return stoppedAtMs <= now ? 'Stopped' : 'Stopping'
    if (doneAtMs > now) return 'InProgress'
    return failure === undefined ? 'Completed' : 'Failed'
  }

  #endpointStatus({ doneAtMs, deletedAtMs, failure }: Resource): string {
    if (deletedAtMs !== undefined) return 'Deleting'
    if (doneAtMs > this.#scheduler.nowMs) return 'Creating'
    return failure === undefined ? 'InService' : 'Failed'
  }

  #stop(resource: Resource) {
    if (this.#jobStatus(resource) !== 'InProgress')
      throw awsError(
        'ValidationException',
        `The request was rejected because the job is in status ${this.#jobStatus(resource)}`,
      )
    resource.stoppedAtMs = this.#scheduler.nowMs + STOP_MS
    return {}
  }

  #delete(resource: Resource) {
    if (resource.kind === 'endpoint' && this.#endpointStatus(resource) === 'Creating')
      throw awsError('ValidationException', `Cannot update in-progress endpoint ${resource.name}`)
    resource.deletedAtMs ??= this.#scheduler.nowMs + (resource.kind === 'endpoint' ? ENDPOINT_DELETE_MS : 0)
    return {}
  }

  /** What is still there and costs money or must be deleted. */
  left(): Resource[] {
    return [...this.#resources.values()].filter((resource) => {
      if (resource.kind.endsWith('-job')) return ['InProgress', 'Stopping'].includes(this.#jobStatus(resource))
      return !this.#isGone(resource)
    })
  }

  #describeJob(name: string, resource: Resource, prefix: string) {
    const status = this.#jobStatus(resource)
    const trial = {
      TrainingJobName: name,
      TrainingJobStatus: 'Completed',
      ResourceConfig: { InstanceType: 'ml.g4dn.xlarge', InstanceCount: 1 },
      BillableTimeInSeconds: 60,
      ModelArtifacts: { S3ModelArtifacts: `s3://bucket/${name}/model.tar.gz` },
    }
    if (prefix === 'tuning')
      return {
        HyperParameterTuningJobStatus: status,
        ...(status === 'Failed'
          ? { FailureReason: resource.failure }
          : { BestTrainingJob: { TrainingJobName: `${name}-001-abcdef01` } }),
      }
    return {
      ...trial,
      // Its instance never came, so nothing is billed.
      ...(status === 'Failed' ? { FailureReason: resource.failure, BillableTimeInSeconds: 0 } : {}),
      TrainingJobStatus: status,
      TrainingJobArn: name,
    }
  }

  readonly #handlers: Record<string, Handler> = {
    CreateTrainingJob: (input) => this.#put('training-job', String(input['TrainingJobName']), input, 25_000),
    CreateHyperParameterTuningJob: (input) =>
      this.#put('tuning-job', String(input['HyperParameterTuningJobName']), input, 35_000),
    CreateModel: (input) => this.#put('model', String(input['ModelName']), input, 0),
    CreateEndpointConfig: (input) => this.#put('endpoint-config', String(input['EndpointConfigName']), input, 0),
    CreateTransformJob: (input) => this.#put('transform-job', String(input['TransformJobName']), input, 30_000),
    CreateEndpoint: (input) => this.#put('endpoint', String(input['EndpointName']), input, 25_000),
    ListTags: (input) => ({ Tags: this.#resources.get(String(input['ResourceArn']))?.tags ?? [] }),
    ListTrainingJobsForHyperParameterTuningJob: (input) =>
      this.#listTrials(String(input['HyperParameterTuningJobName'])),
    ListTrainingJobs: (input) => ({ TrainingJobSummaries: this.#list('training-job', input) }),
    ListHyperParameterTuningJobs: (input) => ({ HyperParameterTuningJobSummaries: this.#list('tuning-job', input) }),
    ListModels: (input) => ({ Models: this.#list('model', input) }),
    ListEndpointConfigs: (input) => ({ EndpointConfigs: this.#list('endpoint-config', input) }),
    ListTransformJobs: (input) => ({ TransformJobSummaries: this.#list('transform-job', input) }),
    ListEndpoints: (input) => ({ Endpoints: this.#list('endpoint', input) }),
  }

  /** When its state last changed. */
  #modifiedAtMs(resource: Resource): number {
    const { kind, createdAtMs, doneAtMs, stoppedAtMs, deletedAtMs } = resource
    const now = this.#scheduler.nowMs
    if (kind === 'endpoint' && deletedAtMs !== undefined) return deletedAtMs - ENDPOINT_DELETE_MS
    if (stoppedAtMs !== undefined && stoppedAtMs < doneAtMs)
      return stoppedAtMs <= now ? stoppedAtMs : stoppedAtMs - STOP_MS
    return doneAtMs <= now ? doneAtMs : createdAtMs
  }

  /** A tuning job that broke has none. */
  #listTrials(tuningJob: string) {
    const trials = this.#resources.get(`tuning-job/${tuningJob}`)?.failure === undefined ? [1, 2] : []
    return {
      TrainingJobSummaries: trials.map((trial) => ({
        TrainingJobName: `${tuningJob}-00${trial}-abcdef01`,
        FinalHyperParameterTuningJobObjectiveMetric: { MetricName: 'm', Value: trial },
      })),
    }
  }

  #list(kind: string, input: Input) {
    const { CreationTimeAfter: createdAfter, LastModifiedTimeAfter: modifiedAfter, StatusEquals: status } = input
    return [...this.#resources.values()]
      .filter((one) => one.kind === kind && !this.#isGone(one) && one.visibleAtMs <= this.#scheduler.nowMs)
      .filter((one) => !(createdAfter instanceof Date) || one.createdAtMs > createdAfter.getTime())
      .filter((one) => !(modifiedAfter instanceof Date) || this.#modifiedAtMs(one) > modifiedAfter.getTime())
      .filter((one) => status === undefined || this.#jobStatus(one) === status)
      .map((one) => {
        const { name } = one
        const arn = `${kind}/${name}`
        return {
          CreationTime: new Date(one.createdAtMs),
          LastModifiedTime: new Date(this.#modifiedAtMs(one)),
          TrainingJobName: name,
          TrainingJobArn: arn,
          TrainingJobStatus: this.#jobStatus(one),
          HyperParameterTuningJobName: name,
          HyperParameterTuningJobArn: arn,
          HyperParameterTuningJobStatus: this.#jobStatus(one),
          ModelName: name,
          ModelArn: arn,
          EndpointConfigName: name,
          EndpointConfigArn: arn,
          TransformJobName: name,
          TransformJobArn: arn,
          TransformJobStatus: this.#jobStatus(one),
          EndpointName: name,
          EndpointArn: arn,
          EndpointStatus: this.#endpointStatus(one),
        }
      })
  }

  handle(operation: string, input: Input): unknown {
    const own = this.#handlers[operation]
    if (own) return own(input)
    const [, verb, noun] = /^(Describe|Delete|Stop)(\w+)$/.exec(operation) ?? []
    const entry = KINDS[noun as keyof typeof KINDS]
    if (verb === undefined || entry === undefined) throw new Error(`the virtual cloud does not know ${operation}`)
    const name = String(input[entry.nameKey])
    // A trial of a tuning job is described, never created by us.
    if (verb === 'Describe' && /-00\d-/.test(name))
      return this.#describeJob(name, { doneAtMs: 0 } as Resource, 'training')
    const resource = this.#find(entry.kind, name, entry.missing)
    if (verb === 'Stop') return this.#stop(resource)
    if (verb === 'Delete') return this.#delete(resource)
    const arn = `${entry.kind}/${name}`
    const stamps = {
      CreationTime: new Date(resource.createdAtMs),
      LastModifiedTime: new Date(this.#modifiedAtMs(resource)),
    }
    if (entry.kind === 'endpoint')
      return {
        EndpointName: name,
        EndpointArn: arn,
        EndpointStatus: this.#endpointStatus(resource),
        FailureReason: resource.failure,
        ...stamps,
      }
    if (entry.kind === 'transform-job') {
      const status = this.#jobStatus(resource)
      return {
        TransformJobName: name,
        TransformJobArn: arn,
        TransformJobStatus: status,
        ...(status === 'Failed' ? { FailureReason: resource.failure } : {}),
        ...stamps,
      }
    }
    if (entry.kind === 'model') return { ModelArn: arn }
    if (entry.kind === 'endpoint-config') return { EndpointConfigArn: arn }
    const description = this.#describeJob(name, resource, entry.kind === 'tuning-job' ? 'tuning' : 'training')
    return {
      ...description,
      ...stamps,
      TrainingJobName: name,
      HyperParameterTuningJobName: name,
      TrainingJobArn: arn,
      HyperParameterTuningJobArn: arn,
    }
  }
}
