import type { CocoGroundTruth, CocoResults, EvaluateOutput } from '@assay/contracts'
import {
  type ChosenThreshold,
  chooseThreshold,
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
  evaluate: {
    groundTruth: CocoGroundTruth
    results: CocoResults
    /** The same model's answers to images that it was not trained on and is not judged by: the threshold is chosen on them. */
    validation?: { groundTruth: CocoGroundTruth; results: CocoResults }
  }
  compare: {
    groundTruth: CocoGroundTruth
    approaches: { id: string; results: CocoResults }[]
    seed: number
  }
}

export interface JudgeAnswer {
  evaluate: Pick<EvaluateOutput, 'stats' | 'perCategoryAP' | 'perCategoryAP50' | 'perIouMap'> & {
    diagnosis: Diagnosis
    /** Null without validation answers and where none of them is right. */
    threshold: ChosenThreshold | null
  }
  compare: Comparison | null
}

type Kind = keyof JudgeTask

/** Work that is too long for an event loop that serves others. */
export type Judge = <Task extends Kind>(kind: Task, task: JudgeTask[Task]) => Promise<JudgeAnswer[Task]>

const matched = (groundTruth: CocoGroundTruth, results: CocoResults) => {
  const truth = parseGroundTruth(groundTruth)
  const detections = parseDetections(results, truth)
  return { truth, detections, matching: match(truth, detections) }
}

const work: { [Task in Kind]: (task: JudgeTask[Task]) => JudgeAnswer[Task] } = {
  evaluate: ({ groundTruth, results, validation }) => {
    const { truth, detections, matching } = matched(groundTruth, results)
    const { stats, perCategoryAP, perCategoryAP50, perIouMap } = summarize(matching, truth.categoryIds)
    const threshold =
      validation === undefined
        ? null
        : chooseThreshold(matched(validation.groundTruth, validation.results).matching, matching)
    const diagnosis = diagnose(truth, detections, { matching, ...(threshold && { confidence: threshold.confidence }) })
    return { stats, perCategoryAP, perCategoryAP50, perIouMap, diagnosis, threshold }
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
