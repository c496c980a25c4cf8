import { readFileSync } from 'node:fs'

/** Operations that the README's table says are done, wholly or in part, by the first word of the service's name. */
export const readPromisedOperations = (): Record<string, string[]> => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const [, table = ''] = /## What is supported\n([^]*?)\n## /.exec(readme) ?? []
  const found: Record<string, string[]> = {}
  let service = ''
  for (const row of table.split('\n').filter((line) => line.startsWith('| '))) {
    const [, first = '', operations = '', support = ''] = row.split(/ ?\| ?/)
    service = first.split(' ')[0] || service
    if (/^(yes|partly)/.test(support)) (found[service] ??= []).push(...operations.split(', '))
  }
  return found
}
