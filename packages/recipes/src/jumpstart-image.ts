import { PermanentError } from '@assay/pipeline'
import type { JumpStartSpec } from './jumpstart-spec.ts'

type Variants = JumpStartSpec['training_instance_type_variants']

/** Image for an instance type: an exact entry first, then its family's. */
export const jumpStartImage = (variants: Variants, instanceType: string, region: string): string => {
  const family = instanceType.split('.')[1] ?? ''
  const found = [instanceType, family]
    .map((name) => variants?.variants?.[name]?.regional_properties?.image_uri)
    .find((uri) => uri !== undefined)
  if (found === undefined)
    throw new PermanentError('jumpstart_no_image', `the model names no image for ${instanceType}`)
  if (!found.startsWith('$')) return found
  const alias = variants?.regional_aliases?.[region]?.[found.slice(1)]
  if (alias === undefined)
    throw new PermanentError('jumpstart_no_image', `the model names no image for ${instanceType} in ${region}`)
  return alias
}

/** Families that the model names an image for; keys are families or whole instance types. */
export const imageFamilies = (variants: Variants): string[] => [
  ...new Set(
    Object.entries(variants?.variants ?? {}).flatMap(([key, { regional_properties: properties }]) =>
      properties?.image_uri ? [key.startsWith('ml.') ? (key.split('.')[1] ?? '') : key] : [],
    ),
  ),
]
