import type { CocoGroundTruth, CocoResults, EvaluateOutput } from '@assay/contracts'
import {
  type Comparison,
  type Diagnosis,
  diagnose,
  match,
  pairedBootstrap,
  parseDetections,
  parseGroundTruth,
  summarize,
} from '@assay/evaluation'

export interface JudgeTask {
  evaluate: { groundTruth: CocoGroundTruth; results: CocoResults }
  compare: {
    groundTruth: CocoGroundTruth
    approaches: { id: string; results: CocoResults }[]
    seed: number
  }
}

export interface JudgeAnswer {
  evaluate: Pick<EvaluateOutput, 'stats' | 'perCategoryAP' | 'perCategoryAP50' | 'perIouMap'> & {
    diagnosis: Diagnosis
  }
  compare: Comparison | null
}

type Kind = keyof JudgeTask

/** Work that is too long for an event loop that serves others. */
export type Judge = <Task extends Kind>(kind: Task, task: JudgeTask[Task]) => Promise<JudgeAnswer[Task]>

const work: { [Task in Kind]: (task: JudgeTask[Task]) => JudgeAnswer[Task] } = {
  evaluate: ({ groundTruth, results }) => {
    const truth = parseGroundTruth(groundTruth)
    const detections = parseDetections(results, truth)
    const matching = match(truth, detections)
    const { stats, perCategoryAP, perCategoryAP50, perIouMap } = summarize(matching, truth.categoryIds)
    return { stats, perCategoryAP, perCategoryAP50, perIouMap, diagnosis: diagnose(truth, detections, matching) }
  },
  compare: ({ groundTruth, approaches, seed }) => {
    const truth = parseGroundTruth(groundTruth)
    const matchings = approaches.map(({ id, results }) => ({
      id,
      matching: match(truth, parseDetections(results, truth)),
    }))
    return pairedBootstrap(matchings, { seed }) ?? null
  },
}

/** Judges where it stands. */
export const judgeInline: Judge = async (kind, task) => work[kind](task)
