import type { Tag } from '@aws-sdk/client-sagemaker'

const twoDigits = (value: number) => String(value).padStart(2, '0')

/** Prefix of the names of all resources of an experiment. */
export const experimentPrefix = (experimentId: string) => `assay-${experimentId}-`

/**
 * One name for all resources of an attempt: `assay-<experiment>-<approach, 00…19>-<attempt>`. 25 characters, lower case, so that
 * it fits the 32 of a tuning job. It is the idempotency token of every Create.
 */
export const resourceName = (experimentId: string, approachIndex: number, attempt: number) =>
  `${experimentPrefix(experimentId)}${twoDigits(approachIndex)}-${twoDigits(attempt)}`

export const tagNames = {
  installation: 'assay:installation',
  experiment: 'assay:experiment',
  approach: 'assay:approach',
  attempt: 'assay:attempt',
  spec: 'assay:spec',
} as const

export interface ResourceOwner {
  installation: string
  experimentId: string
  approachId: string
  attempt: number
  specSha256: string
}

/** Tags of every resource: whose it is, and of which spec. */
export const resourceTags = ({ installation, experimentId, approachId, attempt, specSha256 }: ResourceOwner): Tag[] => [
  { Key: tagNames.installation, Value: installation },
  { Key: tagNames.experiment, Value: experimentId },
  { Key: tagNames.approach, Value: approachId },
  { Key: tagNames.attempt, Value: String(attempt) },
  { Key: tagNames.spec, Value: specSha256 },
]

/** The owner in a name that resourceName made; undefined for any other name, trials of a tuning job (a longer name) included. */
export const parseResourceName = (
  name: string,
): { experimentId: string; approachIndex: number; attempt: number } | undefined => {
  const [, experimentId, index, attempt] = /^assay-([a-z2-7]{13})-(\d{2})-(\d{2})$/.exec(name) ?? []
  return experimentId === undefined
    ? undefined
    : { experimentId, approachIndex: Number(index), attempt: Number(attempt) }
}
