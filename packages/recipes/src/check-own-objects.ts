import type { ApproachSpec } from '@assay/contracts'
import type { Recipe, SettingFault } from './recipe.ts'

const bucketOf = (uri: string) => uri.replace('s3://', '').split('/')[0] ?? ''

/**
 * Objects that the spec names outside of the buckets that users may name: our credentials may read more than the user may,
 * and what a script is handed its author can send anywhere.
 */
export const checkOwnObjects = (
  recipe: Recipe,
  spec: ApproachSpec,
  readableBuckets: readonly string[],
): SettingFault[] =>
  (recipe.ownObjects?.(spec) ?? []).flatMap(({ pointer, uri }) =>
    readableBuckets.includes(bucketOf(uri))
      ? []
      : [
          {
            pointer,
            detail: `bucket ${bucketOf(uri)} met, this installation's bucket or one of ASSAY_DATASET_BUCKETS needed: ${readableBuckets.join(', ')}`,
          },
        ],
  )
