import { AwsError } from '../aws-error.ts'

/**
 * CloudWatch's unstructured filter patterns: every bare or "quoted" term must occur, of the `?terms` at least one, no `-term`;
 * `%regex%` matches as a regular expression. JSON and space-delimited patterns are refused.
 */
export const compileFilterPattern = (pattern: string): ((message: string) => boolean) => {
  if (/^\s*[{[]/.test(pattern))
    throw new AwsError('InvalidParameterException', 'The local cloud knows only unstructured filter patterns')
  const all: ((message: string) => boolean)[] = []
  const any: ((message: string) => boolean)[] = []
  for (const [, sign, regex, quoted, bare] of pattern.matchAll(/([?-]?)(?:%([^%]*)%|"((?:[^"\\]|\\.)*)"|([^\s"]+))/g)) {
    const term = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? ''
    const expression = regex === undefined ? undefined : new RegExp(regex)
    const occurs = (message: string) => expression?.test(message) ?? message.includes(term)
    if (sign === '?') any.push(occurs)
    else if (sign === '-') all.push((message) => !occurs(message))
    else all.push(occurs)
  }
  return (message) => all.every((test) => test(message)) && (any.length === 0 || any.some((test) => test(message)))
}
