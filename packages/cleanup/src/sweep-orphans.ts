import type { SageMakerClient } from '@aws-sdk/client-sagemaker'
import { classifyError } from '@assay/cloud'
import type { Cleanup, Orphan } from '@assay/contracts'
import type { Log } from '@assay/pipeline'
import { type JudgeDeps, type Judgement, judgeResource } from './judge-resource.ts'
import { type CloudResource, listHosting, listOpenJobs, readTags } from './list-resources.ts'
import { removeResource } from './remove-resource.ts'

export interface SweepDeps extends Omit<JudgeDeps, 'readTags'> {
  sagemaker: SageMakerClient
  log: Log
}

export interface SweepOptions {
  /** Finds only. (Default: false) */
  dryRun?: boolean
  /** Jobs that have not changed since are passed over. (Default: none) */
  jobsChangedAfter?: Date
  /** Resources that were living before, and need not be judged again. (Default: none) */
  skip?: (resource: CloudResource) => boolean
  /** Is told what is living. */
  sawLiving?: (resource: CloudResource) => void
}

/** Every name that we give contains it. */
const PREFIX = 'assay-'

const outcomeOf = async (
  { sagemaker, log }: SweepDeps,
  resource: CloudResource,
): Promise<Pick<Orphan, 'outcome' | 'detail'>> => {
  const { kind, name } = resource
  try {
    const outcome = await removeResource(sagemaker, resource)
    log.warn({ kind, name, outcome }, 'orphan met')
    return { outcome }
  } catch (error) {
    const met = classifyError(error)
    const isDenied = met.kind === 'wait' && met.for === 'credentials'
    log.error({ err: error, kind, name }, isDenied ? 'no permission to remove an orphan' : 'orphan not removed')
    const detail = error instanceof Error ? error.message : String(error)
    return { outcome: isDenied ? 'denied' : 'failed', detail }
  }
}

/**
 * One pass over all that carries our name prefix: judges each and removes the orphans. One that cannot be removed does not keep the rest;
 * it is met again by the next pass.
 */
export const sweepOrphans = async (deps: SweepDeps, options: SweepOptions = {}): Promise<Cleanup> => {
  const { sagemaker } = deps
  const { dryRun = false, jobsChangedAfter, skip = () => false, sawLiving = () => {} } = options
  const found = [
    ...(await listOpenJobs(sagemaker, {
      NameContains: PREFIX,
      ...(jobsChangedAfter ? { LastModifiedTimeAfter: jobsChangedAfter } : {}),
    })),
    ...(await listHosting(sagemaker, { NameContains: PREFIX })),
  ]
  const looked: Record<Judgement['verdict'], number> = { orphan: 0, living: 0, young: 0, foreign: 0 }
  const orphans: Orphan[] = []
  for (const resource of found) {
    const judgement: Judgement = skip(resource)
      ? { verdict: 'living' }
      : await judgeResource(resource, { ...deps, readTags: (arn) => readTags(sagemaker, arn) })
    looked[judgement.verdict]++
    if (judgement.verdict === 'living') sawLiving(resource)
    if (judgement.verdict !== 'orphan') continue
    const { kind, name, status, createdAt } = resource
    orphans.push({
      id: `${kind}/${name}`,
      kind,
      name,
      ...(status === undefined ? {} : { status }),
      createdAt: createdAt.toISOString(),
      reason: judgement.reason,
      ...(dryRun ? { outcome: 'found' } : await outcomeOf(deps, resource)),
    })
  }
  const { orphan, ...others } = looked
  return { dryRun, looked: { orphans: orphan, ...others }, orphans }
}
