import type { Preset } from '@assay/client'
import type { ExperimentSpecInput } from '@assay/contracts'
import type { Size } from './demo-options.ts'

type Approach = ExperimentSpecInput['approaches'][number]

const shrink = (approach: Approach, { epochs, trials }: Size): Approach => {
  const { tuning, hyperparameters } = approach
  const shorter = { ...approach, hyperparameters: { ...hyperparameters, epochs } }
  return tuning
    ? { ...shorter, tuning: { ...tuning, maxTrials: trials, maxParallel: Math.min(tuning.maxParallel, trials) } }
    : shorter
}

/** A preset with fewer epochs and trials, and nothing else changed. */
export const demoSpec = (
  preset: Preset,
  { name, dataset, seed, size }: { name: string; dataset: string; seed: number; size: Size },
): ExperimentSpecInput => ({
  ...preset.spec,
  name,
  dataset,
  seed,
  split: { ...preset.spec.split, seed },
  approaches: preset.spec.approaches.map((approach) => shrink(approach, size)),
})
