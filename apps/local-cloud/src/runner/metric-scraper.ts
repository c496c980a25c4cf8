import type { MetricDefinition } from './registry.ts'

/** One value that a log line gave. */
export interface MetricPoint {
  name: string
  value: number
}

/** Looks for metrics in a line: the first match of each regex, its group 1 read as a number; what is no number is passed over. */
export const createScraper = (definitions: MetricDefinition[]): ((line: string) => MetricPoint[]) => {
  const rules = definitions.flatMap(({ Name, Regex }) => {
    try {
      return [{ name: Name, expression: new RegExp(Regex) }]
    } catch {
      return []
    }
  })
  return (line) =>
    rules.flatMap(({ name, expression }) => {
      const found = expression.exec(line)?.[1]
      const value = found === undefined || found.trim() === '' ? Number.NaN : Number(found)
      return Number.isFinite(value) ? [{ name, value }] : []
    })
}
