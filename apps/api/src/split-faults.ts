import type { DatasetCheck, SplitSpec } from '@assay/contracts'
import { createKeyOf, refuseEmptyParts, SplitError } from '@assay/datasets'
import type { ApiContext, Fault } from './context.ts'

/**
 * Why a data set cannot be split as asked: shares that leave a part empty, a pattern that is none, groups that leave a part without its images. Only
 * where images are to be kept together is the manifest read.
 */
export const splitFaults = async (
  { checkDeal }: Pick<ApiContext, 'checkDeal'>,
  split: SplitSpec,
  check: DatasetCheck | undefined,
): Promise<Fault[]> => {
  try {
    if (split.groupBy) createKeyOf(split.groupBy)
    if (check?.status !== 'ready') return []
    refuseEmptyParts(check.images, split)
  } catch (error) {
    if (error instanceof SplitError) return [{ pointer: error.pointer, detail: error.message }]
    throw error
  }
  const isKeptTogether = split.groupBy !== undefined || split.nearDuplicates === 'together'
  return check.manifest && isKeptTogether ? checkDeal(check.manifest, split) : []
}
