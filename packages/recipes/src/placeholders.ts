import type { ApproachSpec } from '@assay/contracts'
import { asStrings } from './hyperparameters.ts'
import { pointer } from './json-pointer.ts'
import type { SettingFault, TrainingContext } from './recipe.ts'

/** What an experiment knows only once its data are prepared, for hyperparameters of own code: `num_classes: '{classes}'`. */
const placeholders: Readonly<Record<string, (context: TrainingContext) => string>> = {
  '{classes}': ({ prepared }) => String(prepared.classes.length),
  '{classesAndBackground}': ({ prepared }) => String(prepared.classes.length + 1),
  '{classNames}': ({ prepared, categories }) =>
    JSON.stringify(prepared.classes.map((id) => categories.find((category) => category.id === id)?.name)),
  '{trainImages}': ({ prepared }) => String(prepared.trainImages),
  '{maxObjects}': ({ prepared }) => String(prepared.maxObjects),
  '{seed}': ({ seed }) => String(seed),
}

/** Values as strings; one that is a placeholder, and nothing else, becomes what it stands for. */
export const fillPlaceholders = (
  values: ApproachSpec['hyperparameters'],
  context: TrainingContext,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(asStrings(values)).map(([name, value]) => [name, placeholders[value]?.(context) ?? value]),
  )

/** A word in braces that stands for nothing is a slip: no algorithm asks for braces. */
export const placeholderFaults = ({ hyperparameters }: Pick<ApproachSpec, 'hyperparameters'>): SettingFault[] =>
  Object.entries(asStrings(hyperparameters)).flatMap(([name, value]) =>
    /^\{\w+\}$/.test(value) && !Object.hasOwn(placeholders, value)
      ? [
          {
            pointer: pointer('hyperparameters', name),
            detail: `${value} met, one of ${Object.keys(placeholders).join(', ')} needed`,
          },
        ]
      : [],
  )
