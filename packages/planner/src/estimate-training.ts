import type { RunRecord, Spread } from '@assay/contracts'
import { defaultPaceSeconds, localPaceSeconds, slownessOf, supposed } from './assumptions.ts'
import { epochsOf, workOf } from './run-family.ts'
import { medianOf, within } from './spread.ts'

/** What is known of a training before it begins. */
export interface PlannedTraining {
  environment: RunRecord['environment']
  /** First in order of preference. */
  instanceType: string
  /** As they would be sent. */
  hyperparameters: Readonly<Record<string, string>>
  trainImages: number
  trials: number
  parallel: number
  /** Seconds an image and epoch on one V100, where the recipe knows any. */
  pace?: { secondsPerImageEpoch: number; source: string }
  /** Runs of the same family and environment. */
  past: readonly RunRecord[]
}

export interface TrainingEstimate {
  basis: 'past-runs' | 'assumptions'
  /** Billable seconds of one trial. */
  trialSeconds: Spread
  /** From the first job's creation to the last one's end. */
  wallSeconds: Spread
  assumptions: string[]
}

const EPOCHS_UNSAID = 30

interface Sample {
  run: RunRecord
  trial: RunRecord['trials'][number]
}

/** From the closest likeness to the loosest: the first with any sample counts. */
const likenesses = (planned: PlannedTraining) => {
  const sameType = ({ trial }: Sample) => trial.instanceType === planned.instanceType
  const work = workOf(planned.hyperparameters)
  const sameWork = ({ run }: Sample) => workOf(run.hyperparameters) === work
  const sameParallel = ({ run }: Sample) => run.parallel === planned.parallel
  return [
    { fits: (one: Sample) => sameType(one) && sameWork(one) && sameParallel(one), factor: 1.2, but: '' },
    {
      fits: (one: Sample) => sameType(one) && sameWork(one),
      factor: 1.4,
      but: ', with another number of trials at a time',
    },
    { fits: sameType, factor: 2, but: ', with other settings of network or batch' },
    { fits: () => true, factor: 3, but: ', on other hardware: scaled by the peak rates of the two' },
  ]
}

const guess = (planned: PlannedTraining, epochs: number): TrainingEstimate => {
  const { environment, instanceType, trainImages, trials, parallel, pace } = planned
  const { overheadSeconds, factor, said } = supposed[environment]
  const paceSeconds =
    environment === 'local'
      ? localPaceSeconds
      : (pace?.secondsPerImageEpoch ?? defaultPaceSeconds) * slownessOf(instanceType)
  const trialSeconds = within(overheadSeconds + paceSeconds * trainImages * epochs, factor)
  return {
    basis: 'assumptions',
    trialSeconds,
    wallSeconds: within(trialSeconds.expected * Math.ceil(trials / parallel), factor),
    assumptions: [
      `no run of this recipe ended here yet; ${said}`,
      environment === 'local'
        ? `guessed: ${localPaceSeconds} s an image and epoch`
        : `guessed: ${paceSeconds.toPrecision(2)} s an image and epoch on ${instanceType}, from ${pace?.source ?? 'nothing but experience with other detectors'}, by the peak rates of the GPUs`,
    ],
  }
}

/** Billable seconds of a trial and the time that all of them take: from past runs of the family, else from guesses that say so. */
export const estimateTraining = (planned: PlannedTraining): TrainingEstimate => {
  const { hyperparameters, trainImages, trials, parallel, past, instanceType, environment } = planned
  const said = epochsOf(hyperparameters)
  const epochs = said ?? EPOCHS_UNSAID
  const unsaid = said === undefined ? [`no hyperparameter names the epochs; ${EPOCHS_UNSAID} supposed`] : []
  const samples = past.flatMap((run) => run.trials.map((trial) => ({ run, trial })))
  const likeness = likenesses(planned).find(({ fits }) => samples.some(fits))
  if (!likeness) {
    const guessed = guess(planned, epochs)
    return { ...guessed, assumptions: [...unsaid, ...guessed.assumptions] }
  }
  const close = samples.filter(likeness.fits)
  const slowness = ({ trial }: Sample) =>
    environment === 'local' ? 1 : slownessOf(instanceType) / slownessOf(trial.instanceType)
  const overheadOf = ({ trial }: Sample) => Math.min(trial.overheadSeconds ?? 0, trial.billableSeconds)
  const secondsOf = (one: Sample) => {
    const { run, trial } = one
    const share = (trainImages * epochs) / (run.trainImages * trial.epochs)
    return overheadOf(one) + (trial.billableSeconds - overheadOf(one)) * share * slowness(one)
  }
  const seconds = close.map(secondsOf)
  const expected = medianOf(seconds)
  const trialSeconds = {
    low: Math.min(...seconds, expected / likeness.factor),
    expected,
    high: Math.max(...seconds, expected * likeness.factor),
  }
  // Trials wait for a free instance, and the cloud for the tuning strategy: how much longer that took than the trials alone.
  const stretch = medianOf(
    close.map(({ run, trial }) => {
      const rounds = Math.ceil(run.maxTrials / run.parallel)
      return run.trainWallSeconds / Math.max(1, trial.billableSeconds * rounds)
    }),
  )
  const wall = expected * Math.ceil(trials / parallel) * Math.max(1, stretch)
  const runs = new Set(close.map(({ run }) => `${run.experimentId} ${run.approachId}`)).size
  return {
    basis: 'past-runs',
    trialSeconds,
    wallSeconds: within(wall, likeness.factor),
    assumptions: [
      ...unsaid,
      `${close.length} ${close.length === 1 ? 'trial' : 'trials'} of ${runs} earlier ${runs === 1 ? 'run' : 'runs'}${likeness.but}: ${expected.toFixed(1)} s billed a trial of ${trainImages} images and ${epochs} epochs`,
    ],
  }
}
