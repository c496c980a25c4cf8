import type { z } from 'zod'
import type { Fault } from './context.ts'

type Issue = z.core.$ZodIssue

const escape = (part: PropertyKey) => String(part).replaceAll('~', '~0').replaceAll('/', '~1')
/** RFC 6901; the empty string is the whole document. */
const toPointer = (path: readonly PropertyKey[]) => path.map((part) => `/${escape(part)}`).join('')

const allIssues = (branch: readonly Issue[]): Issue[] =>
  branch.flatMap((issue) => (issue.code === 'invalid_union' ? [issue, ...issue.errors.flatMap(allIssues)] : [issue]))

/** A wrong literal says that another member of the union was meant, so it weighs more than any fault of a value. */
const distance = (branch: readonly Issue[]) =>
  allIssues(branch).reduce(
    (sum, issue) =>
      sum + (issue.code === 'invalid_value' ? 100 : issue.code === 'unrecognized_keys' ? issue.keys.length * 2 : 1),
    0,
  )

const flatten = (issue: Issue, parents: readonly PropertyKey[]): Fault[] => {
  const path = [...parents, ...issue.path]
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ pointer: toPointer([...path, key]), detail: 'no such field' }))
  if (issue.code === 'invalid_key')
    return issue.issues.map((inner) => ({
      pointer: toPointer(path),
      detail: `the name of the field: ${inner.message}`,
    }))
  if (issue.code === 'invalid_union') {
    const [nearest] = [...issue.errors].sort((one, other) => distance(one) - distance(other))
    if (nearest && nearest.length > 0) return nearest.flatMap((inner) => flatten(inner, path))
  }
  return [{ pointer: toPointer(path), detail: issue.message }]
}

/** Every fault that zod found, by JSON pointer; of a union, the faults of the nearest member. */
export const toFaults = (issues: readonly Issue[]): Fault[] => issues.flatMap((issue) => flatten(issue, []))
