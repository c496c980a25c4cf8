import { z } from 'zod'
import { approachIdSchema, timeSchema } from './ids.ts'

/** What money goes to, in whole micro-dollars. */
export const costItemsSchema = z.object({
  /** The trial whose model is scored; a training without tuning has no other. */
  scoredTrial: z.int(),
  /** Trials that lost, failed or were stopped, and trainings that came to nothing. */
  otherTrials: z.int(),
  /** From an endpoint's first request to its last answer. */
  endpointBusy: z.int(),
  /** The rest of its life. */
  endpointIdle: z.int(),
  /** Volumes of the training jobs. */
  storage: z.int(),
})
export type CostItems = z.infer<typeof costItemsSchema>

export const approachCostSchema = z.object({
  approachId: approachIdSchema,
  microUsd: costItemsSchema,
  /** What ran although no price of it is known, and so is in no sum. */
  unpriced: z.array(z.string()),
  /** Share of the on-demand price of its training time that spot capacity saved. */
  spotSavedShare: z.number().optional(),
})
export type ApproachCost = z.infer<typeof approachCostSchema>

/** Over all attempts of all approaches. */
export const billSchema = z.object({ microUsd: z.int(), approaches: z.array(approachCostSchema) })
export type Bill = z.infer<typeof billSchema>

/** Dollars while an experiment runs, from what the cloud and the ledger say; the bill once it has ended. */
export const costMeterSchema = z.object({
  at: timeSchema,
  /** So far. */
  microUsd: z.int(),
  /** In all: what has ended as it was, the rest as it was planned or as it went beyond; null where nothing was planned. */
  projectedMicroUsd: z.int().nullable(),
  budgetMicroUsd: z.int().nullable(),
  approaches: z.array(approachCostSchema),
})
export type CostMeter = z.infer<typeof costMeterSchema>

/** What a plan expected of an approach, in whole micro-dollars. */
export const expectedCostSchema = z.object({
  approachId: approachIdSchema,
  training: z.int(),
  endpoint: z.int(),
  storage: z.int(),
})
export type ExpectedCost = z.infer<typeof expectedCostSchema>
