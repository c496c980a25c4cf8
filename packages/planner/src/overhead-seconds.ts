import { z } from 'zod'
import type { OverheadSeconds } from './run-records.ts'

const describesSchema = z.object({
  trainingJobs: z.array(
    z.object({
      TrainingJobName: z.string(),
      TrainingTimeInSeconds: z.number().optional(),
      SecondaryStatusTransitions: z
        .array(z.object({ Status: z.string(), StartTime: z.iso.datetime(), EndTime: z.iso.datetime().optional() }))
        .optional(),
    }),
  ),
})

/** From stored Describe answers: the billed time of each job in which the algorithm did not run. Jobs that do not tell are left out. */
export const overheadSecondsOf = (describes: unknown): OverheadSeconds => {
  const { trainingJobs } = describesSchema.parse(describes)
  const overheads = new Map<string, number>()
  for (const { TrainingJobName, TrainingTimeInSeconds, SecondaryStatusTransitions = [] } of trainingJobs) {
    const training = SecondaryStatusTransitions.filter(({ Status }) => Status === 'Training')
    if (TrainingTimeInSeconds === undefined || training.length === 0) continue
    const algorithm = training.reduce(
      (sum, { StartTime, EndTime = StartTime }) => sum + (Date.parse(EndTime) - Date.parse(StartTime)) / 1000,
      0,
    )
    overheads.set(TrainingJobName, Math.max(0, TrainingTimeInSeconds - algorithm))
  }
  return overheads
}
