import type { ExperimentSpecInput, ExperimentView } from '@assay/contracts'

/**
 * The experiment that goes on with a tuning that has ended: the same data, split and algorithm, a warm start from the trials that there
 * are, so many more trials, and the next seed, for the same one would propose the same trials again. Throws where the approach cannot
 * be extended.
 */
export const extendedSpec = (
  { id, spec }: Pick<ExperimentView, 'id' | 'spec'>,
  approachId: string,
  trials: number,
): ExperimentSpecInput => {
  const approach = spec.approaches.find((one) => one.id === approachId)
  const tuning = approach?.tuning
  if (!approach) throw new Error(`experiment ${id} has no approach ${approachId}`)
  if (!tuning) throw new Error(`approach ${approachId} was not tuned; only a tuning can be extended`)
  if (tuning.strategy === 'grid') throw new Error(`approach ${approachId} searched its whole grid; nothing is left`)
  return {
    ...spec,
    name: `${spec.name}, ${trials} more trials of ${approachId}`.slice(0, 128),
    approaches: [
      {
        ...approach,
        tuning: {
          ...tuning,
          maxTrials: trials,
          maxParallel: Math.min(tuning.maxParallel, trials),
          seed: (tuning.seed ?? spec.seed) + 1,
          warmStart: { from: [`${id}/${approachId}`], mode: 'identical-data-and-algorithm' },
        },
      },
    ],
  }
}
