import { ARCHITECTURES, type NetworkName } from './architecture.ts'
import { createNetwork, type Network } from './network.ts'
import { createRandom } from './random.ts'
import type { Weights } from './weights.ts'

/** A network with what is known about its past. */
export interface Detector {
  networkName: NetworkName
  classes: number
  network: Network
  /** What its first weights had learned from; `null`: drawn at random. */
  pretrainedOn: string | null
  epochsDone: number
}

export interface DetectorOptions {
  network: NetworkName
  /** Classes to tell apart, without background. */
  classes: number
  /** Fixes the first weights of all that is not pretrained. */
  seed: number
  /** Start from these instead of random numbers; the class scores always start anew. */
  weights?: Weights
  /** Most images in one step; memory is laid out for it. (Default: 16) */
  batchImages?: number
}

/** A detector ready to train or, with trained weights, to detect. */
export const createDetector = ({ network, classes, seed, weights, batchImages = 16 }: DetectorOptions): Detector => {
  const built = createNetwork(ARCHITECTURES[network], classes, batchImages, createRandom(seed))
  if (weights) adopt(built, classes, network, weights)
  return { networkName: network, classes, network: built, pretrainedOn: weights?.pretrainedOn ?? null, epochsDone: 0 }
}

const adopt = (network: Network, classes: number, networkName: NetworkName, weights: Weights): void => {
  const body = network.groups.filter(({ part }) => part === 'body')
  const bodyCount = body.reduce((sum, { count }) => sum + count, 0)
  if (weights.networkName !== networkName || weights.body.length !== bodyCount)
    throw new Error(
      `weights of ${weights.networkName} (${weights.body.length} numbers) do not fit ${networkName} (${bodyCount})`,
    )
  network.parameters.set(weights.body, 0)
  network.statistics.set(weights.statistics)
  setBoxHead(network, classes, weights.boxHead)
}

/** The four box columns of the head's weights and shift, row by row, and back: they know no class, so they are kept. */
export const boxHead = (network: Network, classes: number): Float32Array => {
  const columns = headColumns(network, classes)
  return Float32Array.from(columns, (at) => network.parameters[at] ?? 0)
}

const setBoxHead = (network: Network, classes: number, values: Float32Array): void => {
  headColumns(network, classes).forEach((at, i) => {
    network.parameters[at] = values[i] ?? 0
  })
}

const headColumns = ({ groups, outputChannels }: Network, classes: number): number[] =>
  groups
    .filter(({ part }) => part === 'head')
    .flatMap(({ offset, count }) =>
      Array.from(
        { length: (count / outputChannels) * 4 },
        (_, i) => offset + Math.floor(i / 4) * outputChannels + classes + (i % 4),
      ),
    )
