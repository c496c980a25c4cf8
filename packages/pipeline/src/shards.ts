import { layoutOf, type PartName, trainedPartsOf } from '@assay/contracts'
import type { ApproachRecord, ExperimentRecord } from './record.ts'

/** Some of the images of a part, in ascending id order: those from `shard × shardImages` on. */
export interface Shard {
  part: Exclude<PartName, 'train'>
  /** From 0. */
  shard: number
}

/** How an infer stage's `part` names its shard: `3` of the test images, `validation-0`. */
export const shardName = ({ part, shard }: Shard): string => (part === 'test' ? String(shard) : `${part}-${shard}`)

/** Throws where the name is of no shard. */
export const parseShardName = (name: string | undefined): Shard => {
  const match = /^(validation-)?(\d+)$/.exec(name ?? '')
  if (!match) throw new Error(`${name} met, a shard such as 3 or validation-0 needed`)
  return { part: match[1] === undefined ? 'test' : 'validation', shard: Number(match[2]) }
}

/** Whether the approach's training channel holds the part's images. */
export const isTrainedOn = ({ spec }: Pick<ApproachRecord, 'spec'>, part: PartName): boolean => {
  const trained: readonly PartName[] = trainedPartsOf[layoutOf(spec)]
  return trained.includes(part)
}

/**
 * Number of shards of a part that an approach answers, known once the images are split. All approaches answer the test images. Validation
 * images, on which a threshold is chosen, are left to approaches that were not trained on them: what others answer there says nothing.
 */
export const shardCount = (
  { split, spec }: ExperimentRecord,
  approach: Pick<ApproachRecord, 'spec'>,
  part: Shard['part'],
): number =>
  isTrainedOn(approach, part) ? 0 : Math.ceil((split?.output?.images[part] ?? 0) / spec.inference.shardImages)

/** Shards without an outcome, those of the test images first: only they can end the approach. */
export const openShards = (experiment: ExperimentRecord, approach: ApproachRecord): Shard[] =>
  (['test', 'validation'] as const).flatMap((part) => {
    const outcomes = part === 'test' ? approach.infer : approach.inferValidation
    return Array.from({ length: shardCount(experiment, approach, part) }, (_, shard) => ({ part, shard })).filter(
      ({ shard }) => !outcomes.has(shard),
    )
  })
