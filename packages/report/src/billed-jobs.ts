import { z } from 'zod'

/** What a file of Describe answers must say of the bill; the answers hold much more. */
export const describesSchema = z.object({
  trainingJobs: z.array(
    z.object({
      TrainingJobName: z.string(),
      BillableTimeInSeconds: z.number().optional(),
      ResourceConfig: z.object({
        InstanceType: z.string().optional(),
        InstanceCount: z.number().optional(),
        SelectedInstanceType: z.string().optional(),
        SelectedInstanceCount: z.number().optional(),
        VolumeSizeInGB: z.number().optional(),
      }),
    }),
  ),
})

export interface BilledJob {
  name: string
  instanceType: string
  instanceCount: number
  billableSeconds?: number
  volumeGb: number
}

/** The bill's side of each training job: the type that the cloud says it selected, else the one that was asked for. */
export const billedJobs = ({ trainingJobs }: z.infer<typeof describesSchema>): BilledJob[] =>
  trainingJobs.map(({ TrainingJobName, BillableTimeInSeconds, ResourceConfig: resources }) => ({
    name: TrainingJobName,
    instanceType: resources.SelectedInstanceType ?? resources.InstanceType ?? 'unknown',
    instanceCount: resources.SelectedInstanceCount ?? resources.InstanceCount ?? 1,
    volumeGb: resources.VolumeSizeInGB ?? 0,
    ...(BillableTimeInSeconds === undefined ? {} : { billableSeconds: BillableTimeInSeconds }),
  }))
