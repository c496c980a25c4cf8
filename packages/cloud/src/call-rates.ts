/** ListTrainingJobs is known to allow two calls a second per account, not adjustable; nothing is published of the others, so they keep to modest rates. */
const byAction: Readonly<Record<string, number>> = {
  ListTrainingJobs: 2,
  ListTags: 10,
  ListTrainingJobsForHyperParameterTuningJob: 5,
  DescribeLogStreams: 5,
  GetLogEvents: 10,
}

const byVerb: readonly [RegExp, number][] = [
  [/^List/, 2],
  [/^Describe/, 10],
  [/^Create/, 2],
]

/** Calls of an API action that all our processes together may make in a second. */
export const callsPerSecond = (action: string): number =>
  byAction[action] ?? byVerb.find(([verb]) => verb.test(action))?.[1] ?? 5
