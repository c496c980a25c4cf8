import type { Detector } from './detector.ts'
import type { Optimizer } from './optimizers.ts'
import { packFloats, readPacked, writePacked } from './packing.ts'

const CHECKPOINT_FORMAT = 'assay-checkpoint-1'

/** All that the epochs to come depend on, besides the samples and the options. */
export interface TrainingState {
  detector: Detector
  optimizer: Optimizer
  /** Running averages of parameters and statistics. */
  averages: readonly Float32Array[]
  /** The order in which the last epoch saw the samples: the next shuffles it further. */
  order: Int32Array
  /** Of the sequence that fixes order and augmentation. */
  randomState: number
  step: number
}

const arraysOf = ({ detector: { network }, optimizer, averages }: TrainingState) => [
  network.parameters,
  network.statistics,
  ...optimizer.memories,
  ...averages,
]

/** A training between two epochs as bytes: what goes on from it ends with the same weights, bit by bit. */
export const writeCheckpoint = (state: TrainingState): Uint8Array => {
  const { detector, optimizer, order, randomState, step } = state
  const header = { epochsDone: detector.epochsDone, steps: optimizer.steps, order: [...order], randomState, step }
  return writePacked({ format: CHECKPOINT_FORMAT, ...header }, arraysOf(state).map(packFloats))
}

/** Brings a fresh training of the same samples and options to where the checkpoint was written. Throws where the bytes are of another. */
export const readCheckpoint = (bytes: Uint8Array, state: TrainingState): TrainingState => {
  const { header, parts } = readPacked(bytes, CHECKPOINT_FORMAT)
  const arrays = arraysOf(state)
  const order = header['order'] as number[]
  if (order.length !== state.order.length || arrays.some((array, index) => array.length !== parts[index]?.length))
    throw new Error('the checkpoint is of a training of other samples or of another network')
  for (const [index, array] of arrays.entries()) array.set(parts[index] ?? [])
  state.order.set(order)
  state.detector.epochsDone = Number(header['epochsDone'])
  state.optimizer.steps = Number(header['steps'])
  return { ...state, randomState: Number(header['randomState']), step: Number(header['step']) }
}
