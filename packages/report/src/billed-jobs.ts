/** What a DescribeTrainingJob answer says of the bill. */
export interface BilledJob {
  name: string
  instanceType: string
  instanceCount: number
  billableSeconds?: number
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const listOf = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isObject) : [])

/**
 * The training jobs in a file of Describe answers ({trainingJobs: […]}), read on their own: the type that the cloud says it selected, else the
 * one that was asked for.
 */
export const billedJobs = (describes: unknown): BilledJob[] =>
  listOf(isObject(describes) ? describes['trainingJobs'] : undefined).map((job) => {
    const resources = isObject(job['ResourceConfig']) ? job['ResourceConfig'] : {}
    const seconds = job['BillableTimeInSeconds']
    return {
      name: String(job['TrainingJobName']),
      instanceType: String(resources['SelectedInstanceType'] ?? resources['InstanceType']),
      instanceCount: Number(resources['SelectedInstanceCount'] ?? resources['InstanceCount'] ?? 1),
      ...(typeof seconds === 'number' ? { billableSeconds: seconds } : {}),
    }
  })
