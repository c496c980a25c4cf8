/** CPU and GPU instances take different images, so that one request can name only one kind. */
export const deviceOf = (instanceType: string): 'gpu' | 'cpu' => (/^ml\.(p|g)\d/.test(instanceType) ? 'gpu' : 'cpu')

/** The types that one request can ask for, beginning with `first`: those up to the first of another kind. */
export const typesOfOneRequest = (types: readonly string[], first = types[0]): string[] => {
  const left = types.slice(Math.max(0, types.indexOf(first ?? '')))
  const other = left.findIndex((type) => deviceOf(type) !== deviceOf(left[0] ?? ''))
  return other < 0 ? left : left.slice(0, other)
}

/** The type to begin with once all up to `refused` were refused; undefined where none is left. */
export const typeAfter = (types: readonly string[], refused: string): string | undefined =>
  types.includes(refused) ? types[types.indexOf(refused) + 1] : undefined
