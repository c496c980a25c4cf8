import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Detector } from '@assay/detector'

/** What really ran in the place of the algorithm that was asked for; into assay-model.json and one line of the log. */
export interface ActualModel {
  network: string
  parameters: number
  /** `null`: from random weights. */
  pretrainedOn: string | null
  epochsDone: number
  trainImages: number
  validationImages: number
  /** What was asked for, such as the backbone. */
  requested: string
  program: string
}

/** Writes model/assay-model.json and logs `assay_actual={…}`, from which a report tells requested from real. */
export const reportActualModel = (
  modelFolder: string,
  detector: Detector,
  facts: Pick<ActualModel, 'trainImages' | 'validationImages' | 'requested' | 'program'>,
): void => {
  const actual: ActualModel = {
    network: detector.networkName,
    parameters: detector.network.parameterCount,
    pretrainedOn: detector.pretrainedOn,
    epochsDone: detector.epochsDone,
    ...facts,
  }
  mkdirSync(modelFolder, { recursive: true })
  writeFileSync(join(modelFolder, 'assay-model.json'), `${JSON.stringify(actual, null, 2)}\n`)
  console.log(`assay_actual=${JSON.stringify(actual)}`)
}
