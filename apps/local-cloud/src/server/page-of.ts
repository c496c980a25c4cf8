import { validationError } from '../aws-error.ts'
import { type Fields, textOf } from '../wire.ts'

const tokenOf = (offset: number) => Buffer.from(`after:${offset}`).toString('base64')

/** A page of a list that is short enough to be made anew for every call. Throws `invalidToken`'s error for a token that is none of ours. */
export const pageOf = <T>(
  all: T[],
  input: Fields,
  standardSize = 10,
  invalidToken: () => Error = () => validationError('Invalid NextToken'),
): { items: T[]; NextToken: string | undefined } => {
  const size = Number(input['MaxResults'] ?? standardSize)
  const token = textOf(input, 'NextToken')
  const [, met] = /^after:(\d+)$/.exec(Buffer.from(token, 'base64').toString()) ?? []
  if (token !== '' && met === undefined) throw invalidToken()
  const from = Number(met ?? 0)
  return { items: all.slice(from, from + size), NextToken: from + size < all.length ? tokenOf(from + size) : undefined }
}
