import { setImmediate } from 'node:timers/promises'
import { ARCHITECTURES } from './architecture.ts'
import type { LabelledBox } from './boxes.ts'
import { readCheckpoint, type TrainingState, writeCheckpoint } from './checkpoint.ts'
import type { Detector } from './detector.ts'
import { addImageLoss, type Losses, type LossSums } from './losses.ts'
import { createOptimizer, type OptimizerName, rateShare, type Schedule } from './optimizers.ts'
import { type Sample, writeAugmented, writeWhole } from './pictures.ts'
import { createRandom, shuffle } from './random.ts'

export interface TrainOptions {
  epochs: number
  /** At most the detector's `batchImages`. */
  batchSize: number
  learningRate: number
  /** (Default: adam) */
  optimizer?: OptimizerName
  /** (Default: 0.9) */
  momentum?: number
  /** (Default: 1e-4) */
  weightDecay?: number
  /** (Default: cosine) */
  schedule?: Schedule
  /** Train the head only. (Default: false) */
  freezeBody?: boolean
  /** Random crops, turns and shades. (Default: true) */
  augment?: boolean
  /** Fixes order and augmentation. */
  seed: number
  /** Stops before the next step; what was learned so far is kept. */
  signal?: AbortSignal
  /** After every epoch but the last the state of the training, as bytes. With `last`, such bytes, the training goes on from there. */
  checkpoints?: { last?: Uint8Array; save: (state: Uint8Array) => void }
  onBatch?: (batch: { epoch: number; batch: number; losses: Losses; images: number }) => void
}

/** What one epoch did; `epoch` counts from 0. */
export interface EpochReport {
  epoch: number
  /** Means over the epoch's batches, as they were trained on. */
  losses: Losses
  images: number
  learningRate: number
}

const AVERAGE_MEMORY = 0.99

/**
 * Trains in place. At the end, and while `onEpoch` runs, the detector holds the running average of its weights, which is
 * what detects better. `onEpoch` may answer 'stop' to end early.
 */
export const train = async (
  detector: Detector,
  samples: readonly Sample[],
  options: TrainOptions,
  onEpoch: (report: EpochReport) => Promise<'stop' | void> | 'stop' | void = () => undefined,
): Promise<void> => {
  const { network } = detector
  const { epochs, batchSize, learningRate, schedule = { kind: 'cosine' }, seed, signal } = options
  if (samples.length === 0) throw new Error('no images to train on')
  if (batchSize > network.batchImages)
    throw new Error(`a batch of ${batchSize} images was asked for, the detector has room for ${network.batchImages}`)
  const optimizer = createOptimizer(
    {
      optimizer: options.optimizer ?? 'adam',
      momentum: options.momentum ?? 0.9,
      weightDecay: options.weightDecay ?? 1e-4,
    },
    network.groups,
    ({ part }) => options.freezeBody === true && part === 'body',
  )
  const average = createAverage(network.parameters, network.statistics)
  const order = Int32Array.from(samples, (_, index) => index)
  const stepsPerEpoch = Math.ceil(samples.length / batchSize)
  const fresh: TrainingState = {
    detector,
    optimizer,
    averages: average.values,
    order,
    randomState: seed,
    step: 0,
  }
  const last = options.checkpoints?.last
  const begun = last === undefined ? fresh : readCheckpoint(last, fresh)
  const random = createRandom(begun.randomState)
  let { step } = begun
  for (let epoch = step / stepsPerEpoch; epoch < epochs; epoch++) {
    shuffle(order, random)
    const epochLosses: Losses[] = []
    let rate = learningRate
    for (let batch = 0; batch < stepsPerEpoch; batch++) {
      // Lets signals in; a training is one long computation otherwise.
      await setImmediate()
      if (signal?.aborted) break
      const chosen = [...order.subarray(batch * batchSize, (batch + 1) * batchSize)].flatMap((at) => samples[at] ?? [])
      rate = learningRate * rateShare(schedule, step, stepsPerEpoch * epochs, epoch)
      const wanted = loadBatch(detector, chosen, options.augment === false ? undefined : random)
      network.forward(chosen.length, true)
      const losses = lossAndGradient(detector, wanted)
      network.backward(chosen.length, options.freezeBody === true ? 'head' : 'all')
      optimizer.update(network.parameters, network.gradients, rate)
      average.update(step)
      step++
      epochLosses.push(losses)
      options.onBatch?.({ epoch, batch, losses, images: chosen.length })
    }
    if (signal?.aborted) break
    detector.epochsDone++
    average.swapIn()
    const wish = await onEpoch({ epoch, losses: meanLosses(epochLosses), images: samples.length, learningRate: rate })
    if (wish === 'stop' || signal?.aborted) return
    if (epoch === epochs - 1) return
    average.swapOut()
    options.checkpoints?.save(writeCheckpoint({ ...begun, randomState: random.state(), step }))
  }
  if (signal?.aborted) average.swapIn()
}

/** Losses of a detector on samples it does not learn from. */
export const measureLosses = (detector: Detector, samples: readonly Sample[]): Losses => {
  const { network } = detector
  const parts: { losses: Losses; positives: number }[] = []
  for (let from = 0; from < samples.length; from += network.batchImages) {
    const chosen = samples.slice(from, from + network.batchImages)
    const wanted = loadBatch(detector, chosen, undefined)
    network.forward(chosen.length, false)
    const sums = lossSums(detector, wanted)
    parts.push({ losses: perPositive(sums), positives: Math.max(1, sums.positives) })
  }
  const all = parts.reduce((sum, { positives }) => sum + positives, 0)
  const weighted = (key: keyof Losses) =>
    parts.reduce((sum, { losses, positives }) => sum + losses[key] * positives, 0) / all
  return { total: weighted('total'), crossEntropy: weighted('crossEntropy'), smoothL1: weighted('smoothL1') }
}

const loadBatch = (
  { network }: Detector,
  chosen: readonly Sample[],
  random: (() => number) | undefined,
): LabelledBox[][] => {
  const count = network.inputPx ** 2
  return chosen.map((sample, i) => {
    const input = network.input.subarray(i * count, (i + 1) * count)
    if (random) return writeAugmented(sample, input, network.inputPx, random)
    writeWhole(sample.picture, input, network.inputPx)
    return sample.objects
  })
}

const lossSums = ({ network, networkName, classes }: Detector, wanted: readonly LabelledBox[][]): LossSums => {
  const sums: LossSums = { total: 0, crossEntropy: 0, smoothL1: 0, positives: 0 }
  const { gridCells, outputChannels } = network
  const count = gridCells ** 2 * outputChannels
  wanted.forEach((objects, i) => {
    const [output, gradient] = [network.output, network.outputGradient].map((all) =>
      all.subarray(i * count, (i + 1) * count),
    )
    if (output && gradient)
      addImageLoss(
        ARCHITECTURES[networkName].loss,
        { output, gradient, gridCells, outputChannels, classes },
        objects,
        sums,
      )
  })
  return sums
}

/** Losses of the batch in the network's output; leaves their gradient in `outputGradient`. */
export const lossAndGradient = (detector: Detector, wanted: readonly LabelledBox[][]): Losses => {
  const sums = lossSums(detector, wanted)
  const { gridCells, outputChannels, outputGradient } = detector.network
  const share = 1 / Math.max(1, sums.positives)
  const used = outputGradient.subarray(0, wanted.length * gridCells ** 2 * outputChannels)
  for (let i = 0; i < used.length; i++) used[i] = (used[i] ?? 0) * share
  return perPositive(sums)
}

const perPositive = ({ total, crossEntropy, smoothL1, positives }: LossSums): Losses => {
  const share = 1 / Math.max(1, positives)
  return { total: total * share, crossEntropy: crossEntropy * share, smoothL1: smoothL1 * share }
}

const meanLosses = (all: readonly Losses[]): Losses => {
  const mean = (key: keyof Losses) => all.reduce((sum, losses) => sum + losses[key], 0) / all.length
  return { total: mean('total'), crossEntropy: mean('crossEntropy'), smoothL1: mean('smoothL1') }
}

const createAverage = (...lived: Float32Array[]) => {
  const averages = lived.map((values) => values.slice())
  const kept = lived.map((values) => values.slice())
  const each = (act: (values: Float32Array, average: Float32Array, kept: Float32Array) => void) =>
    lived.forEach((values, i) => {
      const [average, keep] = [averages[i], kept[i]]
      if (average && keep) act(values, average, keep)
    })
  return {
    values: averages,
    update: (step: number) => {
      const memory = Math.min(AVERAGE_MEMORY, (1 + step) / (10 + step))
      each((values, average) => {
        for (let i = 0; i < values.length; i++)
          average[i] = memory * (average[i] ?? 0) + (1 - memory) * (values[i] ?? 0)
      })
    },
    swapIn: () =>
      each((values, average, keep) => {
        keep.set(values)
        values.set(average)
      }),
    swapOut: () => each((values, _, keep) => values.set(keep)),
  }
}
