interface Range {
  type: string
  quality: number
}

const parse = (accept: string): Range[] =>
  accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
    return { type, quality: quality === undefined ? 1 : Number(quality) || 0 }
  })

/** The quality of the most specific range that names the type; 0 where none does. */
const qualityOf = (ranges: readonly Range[], type: string) => {
  const family = `${type.split('/')[0]}/*`
  return [type, family, '*/*'].map((name) => ranges.find((range) => range.type === name)).find(Boolean)?.quality ?? 0
}

/** The name of the media type that an Accept header prefers; among equals the first; none where it takes none of them. Without a header: the first. */
export const preferredType = <Name extends string>(
  accept: string | undefined,
  types: Readonly<Record<Name, string>>,
): Name | undefined => {
  const names = Object.keys(types) as Name[]
  if (accept === undefined) return names[0]
  const ranges = parse(accept)
  const [best] = names
    .map((name) => ({ name, quality: qualityOf(ranges, types[name]) }))
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality)
  return best?.name
}
