import { channelLayouts, type Report, type Trial } from '@assay/contracts'
import type { ApproachRecord, ExperimentRecord } from '@assay/pipeline'

const trialResult = ({ status, hyperparameters, objective }: Trial) => ({ status, hyperparameters, objective })

const approachResult = ({ id, train, deploy, evaluate }: ApproachRecord) => {
  const { trials = [], best } = train?.output ?? {}
  const inOrder = trials.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return {
    id,
    trained: train?.status,
    trials: inOrder.map(trialResult),
    chosen: inOrder.findIndex(({ name }) => name === best),
    evaluated: evaluate?.status,
    reason: train?.reason?.code ?? deploy?.reason?.code ?? evaluate?.reason?.code,
    predictions: evaluate?.output?.predictions.sha256,
    stats: evaluate?.output?.stats,
    perCategoryAP: evaluate?.output?.perCategoryAP,
  }
}

/**
 * What an experiment amounts to: the same with and without faults. Split, hyperparameters of every trial, predictions, numbers, the trial chosen
 * and the verdict belong to it; times, money and ids do not, nor does the bargain, which money decides.
 */
export const resultOf = (experiment: ExperimentRecord, report: Report | undefined) => ({
  state: experiment.finish?.output?.state,
  split: experiment.split?.output?.manifest.sha256,
  channels: channelLayouts.map((layout) => experiment.prepare.get(layout)?.output?.contents.sha256),
  approaches: experiment.approaches.map(approachResult),
  winner: report?.verdict.winner,
  pairs: report?.comparison?.pairs,
})
export type Result = ReturnType<typeof resultOf>
