import { type DatasetCheck, datasetManifestSchema, type SplitSpec } from '@assay/contracts'
import { createKeyOf, dealImages, refuseEmptyParts, SplitError } from '@assay/datasets'
import type { ApiContext, Fault } from './context.ts'

/**
 * Why a data set cannot be split as asked: shares that leave a part empty, a pattern that is none, groups that leave a part without its images. Only
 * where images are to be kept together is the manifest read.
 */
export const splitFaults = async (
  { objects }: Pick<ApiContext, 'objects'>,
  split: SplitSpec,
  check: DatasetCheck | undefined,
): Promise<Fault[]> => {
  try {
    if (split.groupBy) createKeyOf(split.groupBy)
    if (check?.status !== 'ready') return []
    refuseEmptyParts(check.images, split)
    if (check.manifest && (split.groupBy || split.nearDuplicates === 'together')) {
      const text = new TextDecoder().decode(await objects.get(check.manifest))
      dealImages(datasetManifestSchema.parse(JSON.parse(text)), split)
    }
    return []
  } catch (error) {
    if (error instanceof SplitError) return [{ pointer: error.pointer, detail: error.message }]
    throw error
  }
}
