import type { ParameterGroup } from './network.ts'

export type OptimizerName = 'sgd' | 'adam' | 'rmsprop' | 'adadelta'

export interface OptimizerOptions {
  optimizer: OptimizerName
  /** Of sgd; of adam the first moment's. 0–1. */
  momentum: number
  /** Pull of every weight towards 0: part of the gradient, except for adam, where it is decoupled. */
  weightDecay: number
}

export interface Optimizer {
  /** Changes `parameters` by one step against `gradients`. */
  update: (parameters: Float32Array, gradients: Float32Array, learningRate: number) => void
  /** What it remembers of past gradients, and of how many steps. */
  readonly memories: readonly Float32Array[]
  steps: number
}

const SQUARES_MEMORY = { adam: 0.999, rmsprop: 0.95, adadelta: 0.95 }
const ADAM_EPSILON = 1e-8
const ADADELTA_EPSILON = 1e-5
const LARGEST_GRADIENT_NORM = 5

/** An optimiser with its own memory of past gradients. Frozen groups do not move. */
export const createOptimizer = (
  { optimizer, momentum, weightDecay }: OptimizerOptions,
  groups: readonly ParameterGroup[],
  isFrozen: (group: ParameterGroup) => boolean,
): Optimizer => {
  const count = groups.reduce((sum, group) => sum + group.count, 0)
  const first = new Float32Array(count)
  const second = new Float32Array(optimizer === 'sgd' ? 0 : count)
  const moving = groups.filter((group) => !isFrozen(group))

  const updates: Record<
    OptimizerName,
    (p: Float32Array, g: Float32Array, i: number, rate: number, pull: number) => void
  > = {
    sgd: (p, g, i, rate, pull) => {
      const velocity = momentum * (first[i] ?? 0) - rate * ((g[i] ?? 0) + pull * (p[i] ?? 0))
      first[i] = velocity
      p[i] = (p[i] ?? 0) + velocity
    },
    adam: (p, g, i, rate, pull) => {
      const gradient = g[i] ?? 0
      const m = momentum * (first[i] ?? 0) + (1 - momentum) * gradient
      const v = SQUARES_MEMORY.adam * (second[i] ?? 0) + (1 - SQUARES_MEMORY.adam) * gradient * gradient
      first[i] = m
      second[i] = v
      const direction = m / adamFirst / (Math.sqrt(v / adamSecond) + ADAM_EPSILON)
      p[i] = (p[i] ?? 0) - rate * (direction + pull * (p[i] ?? 0))
    },
    rmsprop: (p, g, i, rate, pull) => {
      const gradient = (g[i] ?? 0) + pull * (p[i] ?? 0)
      const v = SQUARES_MEMORY.rmsprop * (second[i] ?? 0) + (1 - SQUARES_MEMORY.rmsprop) * gradient * gradient
      second[i] = v
      p[i] = (p[i] ?? 0) - (rate * gradient) / (Math.sqrt(v) + ADAM_EPSILON)
    },
    adadelta: (p, g, i, rate, pull) => {
      const gradient = (g[i] ?? 0) + pull * (p[i] ?? 0)
      const memory = SQUARES_MEMORY.adadelta
      const v = memory * (second[i] ?? 0) + (1 - memory) * gradient * gradient
      const change = (Math.sqrt((first[i] ?? 0) + ADADELTA_EPSILON) / Math.sqrt(v + ADADELTA_EPSILON)) * gradient
      second[i] = v
      first[i] = memory * (first[i] ?? 0) + (1 - memory) * change * change
      p[i] = (p[i] ?? 0) - rate * change
    },
  }
  let adamFirst = 1
  let adamSecond = 1
  const one = updates[optimizer]

  const created: Optimizer = {
    memories: [first, second],
    steps: 0,
    update: (parameters, gradients, learningRate) => {
      created.steps++
      adamFirst = 1 - momentum ** created.steps
      adamSecond = 1 - SQUARES_MEMORY.adam ** created.steps
      clip(gradients)
      for (const { offset, count, decayed } of moving) {
        const pull = decayed ? weightDecay : 0
        for (let i = offset; i < offset + count; i++) one(parameters, gradients, i, learningRate, pull)
      }
    },
  }
  return created
}

const clip = (gradients: Float32Array): void => {
  let squares = 0
  for (const gradient of gradients) squares += gradient * gradient
  const norm = Math.sqrt(squares)
  if (norm <= LARGEST_GRADIENT_NORM) return
  const factor = LARGEST_GRADIENT_NORM / norm
  for (let i = 0; i < gradients.length; i++) gradients[i] = (gradients[i] ?? 0) * factor
}

/** How the learning rate moves over a training. */
export type Schedule =
  | { kind: 'constant' }
  | { kind: 'cosine' }
  /** Multiplied by `factor` at the start of each of `atEpochs` (counted from 0). */
  | { kind: 'step'; atEpochs: readonly number[]; factor: number }

/** The learning rate as a share of the one asked for, at `step` of `steps` in all. */
export const rateShare = (schedule: Schedule, step: number, steps: number, epoch: number): number => {
  const warmUpSteps = Math.min(20, Math.floor(steps / 5))
  const warmUp = step < warmUpSteps ? (step + 1) / (warmUpSteps + 1) : 1
  if (schedule.kind === 'cosine') return warmUp * (0.02 + 0.49 * (1 + Math.cos((Math.PI * step) / steps)))
  if (schedule.kind === 'constant') return warmUp
  return warmUp * schedule.factor ** schedule.atEpochs.filter((at) => epoch >= at).length
}
