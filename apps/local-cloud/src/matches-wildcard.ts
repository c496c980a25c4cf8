/** A pattern in which `*` stands for any text, as a whole-text expression. */
export const wildcardExpression = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`)

/** Whether the whole text matches a pattern in which `*` stands for any text. */
export const matchesWildcard = (pattern: string, text: string): boolean => wildcardExpression(pattern).test(text)
