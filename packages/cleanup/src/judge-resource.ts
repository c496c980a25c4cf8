import { parseResourceName, tagNames } from '@assay/cloud'
import type { ExperimentRecord } from '@assay/pipeline'
import type { CloudResource } from './list-resources.ts'

/**
 * A resource of an experiment that the ledger does not know may be that of an experiment whose documents are not visible yet, or were
 * removed by hand; it counts as an orphan from this age on.
 */
const GRACE_MS = 15 * 60_000

export type Judgement =
  | { verdict: 'orphan'; reason: string }
  | { verdict: 'living' }
  | { verdict: 'young' }
  /** Another installation's, somebody's without tags, or named by somebody else. */
  | { verdict: 'foreign' }

export interface JudgeDeps {
  installation: string
  readTags: (arn: string | undefined) => Promise<ReadonlyMap<string, string>>
  loadExperiment: (experimentId: string) => Promise<ExperimentRecord | undefined>
  now: () => Date
}

/**
 * Whose a resource is and whether anybody needs it. Only what carries a name that we give, our installation's tag and the tag of the very
 * experiment in the name can be an orphan; everything else is somebody else's, whatever its name begins with.
 */
export const judgeResource = async (
  { name, arn, createdAt }: CloudResource,
  { installation, readTags, loadExperiment, now }: JudgeDeps,
): Promise<Judgement> => {
  const owner = parseResourceName(name)
  if (!owner) return { verdict: 'foreign' }
  const tags = await readTags(arn)
  if (tags.get(tagNames.installation) !== installation || tags.get(tagNames.experiment) !== owner.experimentId)
    return { verdict: 'foreign' }
  const experiment = await loadExperiment(owner.experimentId)
  const attempt = [...(experiment?.approaches ?? []), ...(experiment?.earlierAttempts ?? [])].find(
    (one) => one.index === owner.approachIndex && one.attempt === owner.attempt,
  )
  // A frozen process may send its Create after the attempt was torn down: nothing may be under such a name, however young.
  if (attempt?.teardown) return { verdict: 'orphan', reason: 'its attempt was torn down' }
  if (experiment?.finish) return { verdict: 'orphan', reason: 'its experiment has ended' }
  if (attempt) return { verdict: 'living' }
  if (now().getTime() - createdAt.getTime() < GRACE_MS) return { verdict: 'young' }
  return {
    verdict: 'orphan',
    reason: experiment ? 'the ledger knows no such attempt' : 'the ledger knows no such experiment',
  }
}
