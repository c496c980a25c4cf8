import type { Trained, TrainingFields } from '@assay/contracts'

/** Whether an earlier training can take a training's place, and if not, because of what. */
export type ReuseVerdict =
  | { reuse: 'off' }
  | { reuse: 'hit'; trained: Trained }
  /** `differs` names fields of the nearest earlier training, as in `hyperparameters.epochs`. Without one there was none of the recipe. */
  | { reuse: 'miss'; nearest?: Trained; differs: string[] }

/** Every leaf by its path; lists are leaves. */
const leaves = (value: unknown, path: string): [path: string, text: string][] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).flatMap(([key, child]) => leaves(child, path === '' ? key : `${path}.${key}`))
    : [[path, JSON.stringify(value) ?? '']]

/** Names of the fields in which two trainings differ, sorted. */
export const differingFields = (a: TrainingFields, b: TrainingFields): string[] => {
  const [left, right] = [new Map(leaves(a, '')), new Map(leaves(b, ''))]
  return [...new Set([...left.keys(), ...right.keys()])].filter((path) => left.get(path) !== right.get(path)).sort()
}

/** Compares with the earlier trainings of which model and bill are still there, newest first. Pure. */
export const explainReuse = (fields: TrainingFields, earlier: readonly Trained[]): ReuseVerdict => {
  let nearest: { trained: Trained; differs: string[] } | undefined
  for (const trained of earlier) {
    const differs = differingFields(fields, trained.fields)
    if (differs.length === 0) return { reuse: 'hit', trained }
    if (!nearest || differs.length < nearest.differs.length) nearest = { trained, differs }
  }
  return nearest
    ? { reuse: 'miss', nearest: nearest.trained, differs: nearest.differs }
    : { reuse: 'miss', differs: [] }
}
