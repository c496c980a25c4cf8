import { type Fields, textOf } from '../wire.ts'

/** What lists filter and sort by. Times in epoch seconds. */
export interface Listed {
  name: string
  createdAt: number
  modifiedAt: number
  status: string
}

const limit = (input: Fields, member: string, otherwise: number) => Number(input[member] ?? otherwise)

/** The times that a List call asks for; both ends are outside. */
export const timeLimits = (input: Fields) => ({
  createdAfter: limit(input, 'CreationTimeAfter', -Infinity),
  createdBefore: limit(input, 'CreationTimeBefore', Infinity),
  modifiedAfter: limit(input, 'LastModifiedTimeAfter', -Infinity),
  modifiedBefore: limit(input, 'LastModifiedTimeBefore', Infinity),
})

const limitless = ({ createdAfter, createdBefore, modifiedAfter, modifiedBefore }: ReturnType<typeof timeLimits>) =>
  Math.max(createdAfter, modifiedAfter) === -Infinity && Math.min(createdBefore, modifiedBefore) === Infinity

/** The part of a name that a List call asks for, in lower case; '' where it asks for none. */
export const namePart = (input: Fields): string => textOf(input, 'NameContains').toLowerCase()

/** The filters of every List call, but for StatusEquals. Keys are names in lower case; the facts are made only where times count. */
export const createFilter = (input: Fields): ((key: string, facts: () => Listed) => boolean) => {
  const part = namePart(input)
  const hasPart = (key: string) => part === '' || key.includes(part)
  const limits = timeLimits(input)
  if (limitless(limits)) return hasPart
  return (key, facts) => {
    if (!hasPart(key)) return false
    const { createdAt, modifiedAt } = facts()
    return (
      createdAt > limits.createdAfter &&
      createdAt < limits.createdBefore &&
      modifiedAt > limits.modifiedAfter &&
      modifiedAt < limits.modifiedBefore
    )
  }
}
