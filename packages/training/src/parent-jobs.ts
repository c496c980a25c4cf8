import { parseApproachPath, type WarmStart } from '@assay/contracts'
import { type ExperimentRecord, PermanentError } from '@assay/pipeline'

/** Names of the tuning jobs that a warm start learns from. What was seen at acceptance is looked at again: this may be days later. */
export const parentJobs = async (
  warmStart: WarmStart | undefined,
  loadExperiment: (experimentId: string) => Promise<ExperimentRecord | undefined>,
): Promise<string[]> =>
  Promise.all(
    (warmStart?.from ?? []).map(async (path) => {
      const { experimentId, approachId } = parseApproachPath(path)
      const experiment = await loadExperiment(experimentId)
      const output = experiment?.approaches.find(({ id }) => id === approachId)?.train?.output
      if (output?.kind !== 'tuning')
        throw new PermanentError('no_parent', `${path} has no tuning job that has ended; a warm start learns from one`)
      return output.jobName
    }),
  )
