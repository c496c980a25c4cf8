import { isDeepStrictEqual } from 'node:util'
import { algorithmOf, type ApproachSpec, parseApproachPath, type SplitSpec } from '@assay/contracts'
import type { ApproachRecord, ExperimentRecord } from '@assay/pipeline'
import { pointer } from './json-pointer.ts'
import type { Objective, Recipe, SettingFault } from './recipe.ts'

/** What an approach that starts warm will be trained on. */
export interface WarmStartChild {
  spec: ApproachSpec
  split: SplitSpec
  /** Of its data set; undefined while that is not checked. */
  fingerprint: string | undefined
}

/** SageMaker lets a hyperparameter change from fixed to tuned and back, but wants as many in all. */
const namesIn = ({ hyperparameters, tuning }: ApproachSpec) =>
  new Set([...Object.keys(hyperparameters), ...Object.keys(tuning?.ranges ?? {})])

const faultsAgainst = (
  child: WarmStartChild & { objective: Objective },
  parent: ApproachRecord & { objective: Objective },
  experiment: ExperimentRecord,
): string[] => {
  const [own, theirs] = [child.objective, parent.objective]
  const names = { own: namesIn(child.spec), theirs: namesIn(parent.spec) }
  const identical = child.spec.tuning?.warmStart?.mode === 'identical-data-and-algorithm'
  const isSameData =
    experiment.dataset.check.fingerprint === child.fingerprint && isDeepStrictEqual(experiment.spec.split, child.split)
  return [
    ...(own.metric === theirs.metric && own.direction === theirs.direction
      ? []
      : [
          `it optimised ${theirs.metric} (${theirs.direction}), this approach ${own.metric} (${own.direction}); the same needed`,
        ]),
    ...(names.own.size === names.theirs.size
      ? []
      : [
          `it has ${names.theirs.size} hyperparameters, fixed and tuned together (${[...names.theirs].join(', ')}), this approach ${names.own.size}; as many needed`,
        ]),
    ...(!identical || isDeepStrictEqual(algorithmOf(child.spec), algorithmOf(parent.spec))
      ? []
      : ['its algorithm differs; identical-data-and-algorithm needs the same recipe and the same settings of it']),
    ...(!identical || isSameData
      ? []
      : ['it was trained on other data; identical-data-and-algorithm needs the same images and the same split']),
  ]
}

/** Faults of a warm start by SageMaker's rules for parents; none where there is no warm start. */
export const checkWarmStart = async (
  recipe: Recipe,
  child: WarmStartChild,
  loadExperiment: (experimentId: string) => Promise<ExperimentRecord | undefined>,
): Promise<SettingFault[]> => {
  const { tuning } = child.spec
  if (!tuning?.warmStart) return []
  const objective = tuning.objective ?? (await recipe.objective(child.spec))
  const faults = await Promise.all(
    tuning.warmStart.from.map(async (path, index) => {
      const { experimentId, approachId } = parseApproachPath(path)
      const experiment = await loadExperiment(experimentId)
      const parent = experiment?.approaches.find(({ id }) => id === approachId)
      const details = async () => {
        if (!experiment) return [`there is no experiment ${experimentId}`]
        if (!parent) return [`experiment ${experimentId} has no approach ${approachId}`]
        if (!parent.spec.tuning) return ['it was not tuned; a warm start learns from a tuning job']
        if (parent.train?.output?.kind !== 'tuning') return ['its tuning has not ended with a trial']
        if (parent.spec.recipe !== child.spec.recipe)
          return [`it is of recipe ${parent.spec.recipe}, ${child.spec.recipe} needed`]
        const theirs = parent.spec.tuning.objective ?? (await recipe.objective(parent.spec))
        return faultsAgainst({ ...child, objective }, { ...parent, objective: theirs }, experiment)
      }
      return (await details()).map((detail) => ({
        pointer: pointer('tuning', 'warmStart', 'from', index),
        detail: `${path} met: ${detail}`,
      }))
    }),
  )
  return faults.flat()
}
