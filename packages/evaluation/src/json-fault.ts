const token =
  // oxlint-disable-next-line eslint/no-control-regex -- JSON forbids control characters inside strings
  /[\t\n\r ]*(?:([[\]{},:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y

type Wanted = 'a value' | 'a value or ]' | 'a name' | 'a name or }' | '":"' | '"," or ]' | '"," or }' | 'the end'

/** What may follow a finished value inside `open` brackets. */
const afterValue = (open: readonly string[]): Wanted =>
  open.length === 0 ? 'the end' : open.at(-1) === '{' ? '"," or }' : '"," or ]'

/** Which token class a token is for what is wanted; undefined where it does not fit. */
const next = (wanted: Wanted, sign: string | undefined, isText: boolean, open: string[]): Wanted | undefined => {
  const name = wanted === 'a name' || wanted === 'a name or }'
  const value = wanted === 'a value' || wanted === 'a value or ]'
  const closes =
    wanted === 'a value or ]' || wanted === '"," or ]'
      ? ']'
      : wanted === 'a name or }' || wanted === '"," or }'
        ? '}'
        : undefined
  if (sign === undefined) return name && isText ? '":"' : value ? afterValue(open) : undefined
  if (sign === closes) {
    open.pop()
    return afterValue(open)
  }
  if (value && (sign === '[' || sign === '{')) {
    open.push(sign)
    return sign === '[' ? 'a value or ]' : 'a name or }'
  }
  if (sign === ':' && wanted === '":"') return 'a value'
  if (sign === ',' && wanted === '"," or ]') return 'a value'
  if (sign === ',' && wanted === '"," or }') return 'a name'
  return undefined
}

/**
 * Where a text stops being JSON, and what was needed there; undefined for JSON. `JSON.parse` names the position in some of its messages only,
 * and differently in each version of Node.
 */
export const findJsonFault = (text: string): { line: number; column: number; needed: string } | undefined => {
  const open: string[] = []
  let wanted: Wanted = 'a value'
  let at = 0
  for (;;) {
    token.lastIndex = at
    const found = token.exec(text)
    const followed: Wanted | undefined =
      found === null ? undefined : next(wanted, found[1], found[2] !== undefined, open)
    if (followed !== undefined) {
      at = token.lastIndex
      wanted = followed
      continue
    }
    const rest = at + (/^[\t\n\r ]*/.exec(text.slice(at))?.[0].length ?? 0)
    if (wanted === 'the end' && rest === text.length) return undefined
    const before = text.slice(0, rest)
    return { line: before.split('\n').length, column: rest - before.lastIndexOf('\n'), needed: wanted }
  }
}
