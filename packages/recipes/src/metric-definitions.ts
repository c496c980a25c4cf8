import type { MetricDefinition } from '@aws-sdk/client-sagemaker'
import type { Metric } from './recipe.ts'

export const asMetricDefinitions = (metrics: readonly Metric[]): MetricDefinition[] =>
  metrics.map(({ name, regex }) => ({ Name: name, Regex: regex }))
