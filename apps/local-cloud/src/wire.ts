/**
 * A type of the SDK as it is on the wire: times are epoch seconds, members that are not optional are there
 * (validation has seen to it).
 */
export type Wire<T> = T extends Date
  ? number
  : T extends string | number | boolean | undefined | null
    ? T
    : T extends (infer Item)[]
      ? Wire<NonNullable<Item>>[]
      : { [Key in keyof T]: Wire<NonNullable<T[Key]>> }

/** A JSON object of which nothing is known yet. */
export type Fields = Record<string, unknown>

/** A string member of an input; the fallback where it is absent. */
export const textOf = (input: Fields, member: string, fallback = ''): string => {
  const value = input[member]
  return typeof value === 'string' ? value : fallback
}
