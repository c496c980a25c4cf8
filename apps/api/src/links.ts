import type { ExperimentView } from '@assay/contracts'

export const linksOf = (id: string): ExperimentView['links'] => ({
  self: `/v1/experiments/${id}`,
  events: `/v1/experiments/${id}/events`,
  report: `/v1/experiments/${id}/report`,
  page: `/experiments/${id}`,
})
