import type { DatasetImage } from '@assay/contracts'
import { PermanentError } from '@assay/pipeline'

/** `a/b/c.jpg` → `a/b/c.jpg`, `b/c.jpg`, `c.jpg` */
const endingsOf = (key: string): string[] => {
  const words = key.split('/')
  return words.map((_, from) => words.slice(from).join('/'))
}

/**
 * Which object answers which image: the part of an output's key between the output prefix and `.out` is the end of the image's key. How many
 * folders of it the service keeps is not written down anywhere, so any number will do that fits one image only. By image id.
 */
export const matchOutputs = (
  images: readonly Pick<DatasetImage, 'id' | 'key'>[],
  outputs: readonly string[],
): ReadonlyMap<number, string> => {
  const byEnding = new Map<string, Set<number>>()
  for (const { id, key } of images)
    for (const ending of endingsOf(key)) byEnding.set(ending, (byEnding.get(ending) ?? new Set()).add(id))
  const found = new Map<number, string>()
  for (const output of outputs) {
    const ids = [...(byEnding.get(output.replace(/\.out$/, '')) ?? [])]
    if (ids.length > 1)
      throw new PermanentError(
        'ambiguous_output',
        `${output} answers one of ${ids.length} images whose keys all end like that; file names that differ are needed`,
      )
    if (ids[0] !== undefined) found.set(ids[0], output)
  }
  return found
}
