import type { SplitGrouping, SplitSpec } from '@assay/contracts'
import { expect, it } from 'vitest'
import { splitNotes } from './split-notes.ts'

const asked = { train: 768, validation: 192, test: 240 }
const nothing = {
  asked,
  sets: 0,
  images: 0,
  largest: 0,
  apart: 0,
  withoutKey: 0,
  nearDuplicates: { sets: 0, images: 0, apart: 0 },
}
const notes = ({ grouping = nothing, ...spec }: Partial<SplitSpec> & { grouping?: SplitGrouping }, images = asked) =>
  splitNotes({ images, grouping }, { groupBy: spec.groupBy, nearDuplicates: spec.nearDuplicates ?? 'keep' })

it('says nothing of a split in which nothing belongs together', () => {
  expect(notes({})).toEqual([])
})

it('says what was kept together, what has no group and how far the shares were missed', () => {
  const grouping = { ...nothing, sets: 40, images: 1200, largest: 30, withoutKey: 1 }
  expect(
    notes(
      { groupBy: { field: 'film' }, nearDuplicates: 'together', grouping },
      { train: 780, validation: 180, test: 240 },
    ),
  ).toEqual([
    'Images of one film and images that look alike are on one side: 40 sets of 1,200 images, the largest of 30.',
    'Without a group, each a set of its own: 1 image.',
    'The sets did not fit the shares exactly: train has 780 where 768 were due, validation has 180 where 192 were due, test has 240 where 240 were due.',
  ])
})

it('warns of look-alikes on two sides', () => {
  const grouping = { ...nothing, nearDuplicates: { sets: 3, images: 7, apart: 1 } }
  expect(notes({ grouping })).toEqual([
    '7 images look like another (3 sets); 1 set lies in more than one part, which may flatter every number. “nearDuplicates: together” in the split keeps them on one side.',
  ])
})
