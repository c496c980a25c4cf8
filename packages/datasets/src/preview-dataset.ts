import {
  type ChannelLayout,
  type DatasetImage,
  type DatasetManifest,
  type ExperimentSpec,
  layoutOf,
  type PartName,
  type PreparedChannels,
  type SplitGrouping,
  type SplitManifest,
} from '@assay/contracts'
import { describePrepared, planChannels, preparedPrefix } from './channel-plan.ts'
import { freezeSplit } from './freeze-split.ts'

export type PartCounts = Record<PartName, number>

/** What a request has to know of an image that models answer. */
export type AnsweredImage = Pick<DatasetImage, 'id' | 'key' | 'bytes'>

/** What a plan has to know of a data set: far less than its manifest, so that it can be kept. */
export interface DatasetPreview {
  images: PartCounts
  grouping: SplitGrouping
  /** Images of the data set without any object. */
  withoutObjects: number
  prepared: ReadonlyMap<ChannelLayout, PreparedChannels>
  /** Its images are listed only where an approach answers them by batch transform, whose manifest names them. */
  answered: { bucket: string; images: Readonly<Record<'test' | 'validation', readonly AnsweredImage[]>> }
}

export type PreviewedSpec = Pick<ExperimentSpec, 'split' | 'approaches'>

const wantsOf = ({ approaches }: PreviewedSpec) => ({
  layouts: [...new Set(approaches.map(layoutOf))].sort(),
  images: approaches.some(({ inference }) => inference === 'transform'),
})

/** Specs with the same key have the same preview of a data set. */
export const previewKey = (spec: PreviewedSpec, manifestSha256: string): string =>
  JSON.stringify([manifestSha256, spec.split, wantsOf(spec)])

/** What the prepare stage will say of the channels, for a request body that shows the very keys. Pure. */
const previewPrepared = (
  layout: ChannelLayout,
  { manifest, fingerprint }: { manifest: DatasetManifest; fingerprint: string },
  { split, bucket }: { split: SplitManifest; bucket: string },
): PreparedChannels => {
  const prefix = preparedPrefix(layout, fingerprint, split)
  const plans = planChannels(layout, manifest, split)
  return describePrepared(layout, plans, { bucket, prefix, categories: manifest.categories })
}

/** Splits the data set and lays its channels out, as the stages will. Synchronous, in proportion to the images. Pure. */
export const previewDataset = (
  spec: PreviewedSpec,
  { manifest, fingerprint, bucket }: { manifest: DatasetManifest; fingerprint: string; bucket: string },
): DatasetPreview => {
  const wants = wantsOf(spec)
  const { split, grouping } = freezeSplit(manifest, spec.split, fingerprint)
  const partOf = new Map(split.images.map(({ id, part }) => [id, part]))
  const images = { train: 0, validation: 0, test: 0 }
  for (const part of partOf.values()) images[part]++
  const listed = (part: PartName) =>
    (wants.images ? manifest.images : []).flatMap(({ id, key, bytes }) =>
      partOf.get(id) === part ? [{ id, key, bytes }] : [],
    )
  return {
    images,
    grouping,
    withoutObjects: manifest.images.filter(({ objects }) => objects.length === 0).length,
    prepared: new Map(
      wants.layouts.map((layout) => [layout, previewPrepared(layout, { manifest, fingerprint }, { split, bucket })]),
    ),
    answered: { bucket: manifest.bucket, images: { test: listed('test'), validation: listed('validation') } },
  }
}
