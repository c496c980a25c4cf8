import { createStrategy } from '../../tuning/create-strategy.ts'
import { shouldStopEarly } from '../../tuning/median-rule.ts'
import type { ObservedTrial, Strategy } from '../../tuning/strategy.ts'
import { isTerminal, type TrainingRecord } from '../training/training-record.ts'
import { rangesByDefinition } from './check-tuning-request.ts'
import { epochsParameter, trialName } from './trial-request.ts'
import { asLoss, definitionsOf, objectiveOf, type PlannedTrial, type TuningRecord } from './tuning-record.ts'

/** What to try next and what to give up, from what the trials have shown so far. */
export interface Search {
  isRunning(planned: PlannedTrial): boolean
  /** The next trial; `wait` where those that run decide it, `done` where nothing is left to try. */
  plan(record: TuningRecord): PlannedTrial | 'wait' | 'done'
  /** Names of running trials that the median rule gives up. */
  hopeless(record: TuningRecord): string[]
  /** Drops what is kept of a tuning job that has ended. */
  forget(record: TuningRecord): void
}

export const createSearch = (trainingOf: (planned: PlannedTrial) => TrainingRecord | undefined): Search => {
  const strategies = new Map<string, Strategy[]>()

  /** A trial that was launched and is not known any more was deleted, so it had ended. */
  const isRunning = (planned: PlannedTrial): boolean => {
    const found = trainingOf(planned)
    return found ? !isTerminal(found.job) : !planned.launched
  }

  const strategiesOf = ({ job, seed }: TuningRecord): Strategy[] => {
    const key = job.HyperParameterTuningJobArn
    let found = strategies.get(key)
    if (!found) {
      const definitions = definitionsOf(job)
      const config = job.HyperParameterTuningJobConfig
      found = rangesByDefinition(job).map((dimensions, index) => {
        const definition = definitions[index]
        const epochsName = definition && epochsParameter(definition)
        const hyperband = config.StrategyConfig?.HyperbandStrategyConfig
        return createStrategy({
          name: config.Strategy,
          dimensions,
          // The seed alone would give every definition the same numbers.
          seed: seed + index * 7919,
          leastEpochs: hyperband?.MinResource ?? 1,
          mostEpochs:
            hyperband?.MaxResource ?? Number((epochsName && definition?.StaticHyperParameters?.[epochsName]) ?? 1),
        })
      })
      strategies.set(key, found)
    }
    return found
  }

  const observe = (record: TuningRecord, definitionIndex: number): ObservedTrial[] => {
    const definition = definitionsOf(record.job)[definitionIndex]
    if (!definition) return []
    const objective = objectiveOf(record.job, definition)
    return record.trials
      .filter((planned) => planned.definition === definitionIndex)
      .map((planned) => {
        const found = trainingOf(planned)
        const running = isRunning(planned)
        const values = found?.job.TrainingJobStatus === 'Failed' ? [] : (found?.objective?.values ?? [])
        const lossByEpoch = values.map((value) => asLoss(objective, value))
        return { values: planned.values, loss: running ? undefined : lossByEpoch.at(-1), running, lossByEpoch }
      })
  }

  const hopeless = (record: TuningRecord): string[] => {
    if (record.job.HyperParameterTuningJobConfig.TrainingJobEarlyStoppingType !== 'Auto') return []
    return definitionsOf(record.job).flatMap((_definition, index) => {
      const trials = observe(record, index)
      const planned = record.trials.filter(({ definition }) => definition === index)
      const ended = trials.filter(({ running }) => !running).map(({ lossByEpoch }) => lossByEpoch)
      return planned.flatMap((trial, position) => {
        const seen = trials[position]
        const isStoppable = seen?.running && trainingOf(trial)?.job.TrainingJobStatus === 'InProgress'
        return isStoppable && shouldStopEarly(seen.lossByEpoch, ended) ? [trial.trainingJobName] : []
      })
    })
  }

  const plan = (record: TuningRecord): PlannedTrial | 'wait' | 'done' => {
    const all = strategiesOf(record)
    const index = record.trials.length
    const definition = index % all.length
    const trials = observe(record, definition)
    const parents = record.parents.map(({ values, loss }) => ({ values, loss, running: false, lossByEpoch: [loss] }))
    const proposal = all[definition]?.propose(trials.length, trials, parents) ?? 'done'
    if (typeof proposal === 'string') return proposal
    return { ...proposal, trainingJobName: trialName(record.job, index), definition }
  }

  return { isRunning, plan, hopeless, forget: ({ job }) => void strategies.delete(job.HyperParameterTuningJobArn) }
}
