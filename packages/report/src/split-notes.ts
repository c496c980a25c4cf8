import { partNames, type SplitOutput, type SplitSpec } from '@assay/contracts'

const counted = (count: number, one: string, many = `${one}s`) =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`

/** What was kept on one side, how far that moved the parts' sizes, and what it left to be wary of. */
export const splitNotes = (
  { images: got, grouping }: Pick<SplitOutput, 'images' | 'grouping'>,
  { groupBy, nearDuplicates }: Pick<SplitSpec, 'groupBy' | 'nearDuplicates'>,
): string[] => {
  const { asked, sets, images, largest, apart, withoutKey, nearDuplicates: near } = grouping
  const notes: string[] = []
  const grouped = groupBy !== undefined || nearDuplicates === 'together'
  const reasons = [
    ...(groupBy === undefined
      ? []
      : ['field' in groupBy ? `of one ${groupBy.field}` : `of one group (${groupBy.file} on the path)`]),
    ...(nearDuplicates === 'together' ? ['that look alike'] : []),
  ]
  if (grouped)
    notes.push(
      `Images ${reasons.join(' and images ')} are on one side: ${counted(sets, 'set')} of ${counted(images, 'image')}, the largest of ${largest.toLocaleString('en-US')}.`,
    )
  if (withoutKey > 0) notes.push(`Without a group, each a set of its own: ${counted(withoutKey, 'image')}.`)
  if (partNames.some((part) => got[part] !== asked[part]))
    notes.push(
      `The sets did not fit the shares exactly: ${partNames.map((part) => `${part} has ${got[part]} where ${asked[part]} were due`).join(', ')}.`,
    )
  if (apart > 0)
    notes.push(`${counted(apart, 'set')} of identical files could not be brought to one side within the parts’ sizes.`)
  if (near.apart > 0)
    notes.push(
      `${counted(near.images, 'image')} look like another (${counted(near.sets, 'set')}); ${counted(near.apart, 'set')} ${near.apart === 1 ? 'lies' : 'lie'} in more than one part, which may flatter every number. “nearDuplicates: together” in the split keeps them on one side.`,
    )
  return notes
}
