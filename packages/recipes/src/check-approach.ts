import type { ApproachSpec } from '@assay/contracts'
import { PermanentError } from '@assay/pipeline'
import { checkOwnObjects } from './check-own-objects.ts'
import { checkSpot } from './check-spot.ts'
import { checkTuning } from './check-tuning.ts'
import { checkRange, checkValue } from './hyperparameters.ts'
import { deviceOf } from './instance-choice.ts'
import { pointer } from './json-pointer.ts'
import type {
  HyperparameterDefinition,
  InstanceFamilies,
  KnownHyperparameters,
  Recipe,
  SettingFault,
} from './recipe.ts'

const hyperparameterFaults = (recipe: Recipe, spec: ApproachSpec, known: KnownHyperparameters): SettingFault[] => {
  if (known === 'any') return []
  const definitions = new Map(known.map((definition) => [definition.name, definition]))
  const unknown = `no hyperparameter of ${recipe.title}; known are ${[...definitions.keys()].join(', ')}`
  const checked = <Value>(
    entries: Record<string, Value>,
    place: string[],
    check: (definition: HyperparameterDefinition, value: Value) => string | undefined,
  ) =>
    Object.entries(entries).flatMap(([name, value]) => {
      const definition = definitions.get(name)
      const detail = definition ? check(definition, value) : unknown
      return detail ? [{ pointer: pointer(...place, name), detail }] : []
    })
  return [
    ...checked(spec.hyperparameters, ['hyperparameters'], checkValue),
    ...checked(spec.tuning?.ranges ?? {}, ['tuning', 'ranges'], checkRange),
  ]
}

const instanceFaults = (
  types: readonly string[],
  families: InstanceFamilies,
  { place, says }: { place: (index: number) => string; says: string },
): SettingFault[] =>
  families === 'any'
    ? []
    : types.flatMap((type, index) =>
        families.includes(type.split('.')[1] ?? '')
          ? []
          : [
              {
                pointer: place(index),
                detail: `${type} met; ${says} ${families.map((name) => `ml.${name}.*`).join(', ')}`,
              },
            ],
      )

/** An endpoint has one image, and that is for processors with or without a graphics card. */
const deviceFaults = ([first = '', ...others]: readonly string[]): SettingFault[] =>
  others.flatMap((type, index) =>
    deviceOf(type) === deviceOf(first)
      ? []
      : [
          {
            pointer: pointer('endpoint', 'instanceTypes', index + 1),
            detail: `${type} met, a ${deviceOf(first)} instance such as ${first} needed: an endpoint has one image, and that is for ${deviceOf(first)}`,
          },
        ],
  )

/** A transform job sends objects as they are; a recipe that makes its requests from images would need a made-up copy of every one. */
const transformFaults = async (recipe: Recipe, spec: ApproachSpec): Promise<SettingFault[]> =>
  spec.inference === 'endpoint' || (await recipe.inference(spec)).sendsImage
    ? []
    : [
        {
          pointer: pointer('inference'),
          detail: `transform met, endpoint needed: ${recipe.title} is asked with numbers made from an image, a transform job sends the image itself`,
        },
      ]

/**
 * Every fault of an approach's settings that can be seen before anything is created. Reads, but writes nothing, and of the
 * objects that the spec names only what lies in `readableBuckets`. `mayBeUnsent`: a source that is still to be sent is no fault, so in a plan.
 */
export const checkApproach = async (
  recipe: Recipe,
  spec: ApproachSpec,
  { readableBuckets, mayBeUnsent = false }: { readableBuckets: readonly string[]; mayBeUnsent?: boolean },
): Promise<SettingFault[]> => {
  const foreign = checkOwnObjects(recipe, spec, readableBuckets)
  try {
    const families = await recipe.instanceFamilies(spec)
    return [
      ...hyperparameterFaults(recipe, spec, await recipe.hyperparameters(spec)),
      ...(foreign.length > 0 ? foreign : ((await recipe.faults?.(spec, { mayBeUnsent })) ?? [])),
      ...(spec.tuning ? await checkTuning(recipe, spec, spec.tuning) : []),
      ...instanceFaults(spec.instanceTypes ?? [], families.training, {
        place: (index) => pointer('instanceTypes', index),
        says: `${recipe.title} trains on`,
      }),
      ...instanceFaults(spec.endpoint.instanceTypes, families.hosting, {
        place: (index) => pointer('endpoint', 'instanceTypes', index),
        says: `${recipe.title} is served from`,
      }),
      ...deviceFaults(spec.endpoint.instanceTypes),
      ...checkSpot(recipe, spec),
      ...(await transformFaults(recipe, spec)),
    ]
  } catch (error) {
    // A model that does not exist, in this version or at all, has nothing to check the settings against.
    if (error instanceof PermanentError)
      return [{ pointer: spec.recipe === 'jumpstart' ? '/modelId' : '/recipe', detail: error.message }]
    throw error
  }
}
