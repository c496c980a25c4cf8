import type { Architecture, ConvolutionLayer, FusionLayer } from './architecture.ts'
import { createKernels } from './kernels.ts'
import { at, convolutionStep, fusionStep, type Place, reserveScratch } from './layer-steps.ts'
import { normal, type Random } from './random.ts'

/** A slice of the network's parameters, for freezing, weight decay and loading. */
export interface ParameterGroup {
  name: string
  offset: number
  count: number
  /** Weights are decayed; biases and normalisation are not. */
  decayed: boolean
  part: 'body' | 'head'
}

/** A network in the kernels' memory, for batches of at most `batchImages`. */
export interface Network {
  inputPx: number
  gridCells: number
  /** Numbers a cell: classes + 4, rounded up to a multiple of 8. */
  outputChannels: number
  batchImages: number
  /** Trainable numbers really used (without the head's padding). */
  parameterCount: number
  groups: ParameterGroup[]
  parameters: Float32Array
  gradients: Float32Array
  /** Running means and variances of batch normalisation. */
  statistics: Float32Array
  /** [batch, (inputPx/4)², 16]: write pictures here. */
  input: Float32Array
  /** [batch, gridCells², outputChannels] */
  output: Float32Array
  outputGradient: Float32Array
  forward: (images: number, training: boolean) => void
  /** Sets `gradients` from `outputGradient`, all of them or the head's. Only after a training forward of as many images. */
  backward: (images: number, part?: 'all' | 'head') => void
}

/** Lays the network out in memory and draws its first weights (He's scale). */
export const createNetwork = (
  architecture: Architecture,
  classes: number,
  batchImages: number,
  random: Random,
): Network => {
  const kernels = createKernels()
  const outputChannels = Math.ceil((classes + 4) / 8) * 8
  const layers: (ConvolutionLayer | FusionLayer)[] = [
    ...architecture.layers,
    {
      kind: 'convolution',
      input: architecture.layers.length,
      kernelPx: 1,
      stride: 1,
      channels: outputChannels,
      norm: false,
      relu: false,
    },
  ]
  const sizes = layout(layers, architecture.inputPx / 4)
  const groups: ParameterGroup[] = []
  let parameterCount = 0
  let statisticCount = 0
  const reserveGroup = (name: string, count: number, decayed: boolean, part: 'body' | 'head') => {
    const offset = parameterCount
    parameterCount += count
    groups.push({ name, offset, count, decayed, part })
    return offset
  }
  const parameterOffsets = layers.map((layer, index) => {
    if (layer.kind === 'fusion') return undefined
    const part = index === layers.length - 1 ? 'head' : 'body'
    const from = sizes[layer.input]
    const weights = reserveGroup(
      `${index}.weight`,
      layer.kernelPx ** 2 * (from?.channels ?? 0) * layer.channels,
      true,
      part,
    )
    const shift = reserveGroup(`${index}.shift`, layer.channels, false, part)
    const scale = layer.norm ? reserveGroup(`${index}.scale`, layer.channels, false, part) : undefined
    const statistics = statisticCount
    if (layer.norm) statisticCount += 2 * layer.channels
    return { weights, shift, scale, statistics }
  })

  const parametersAt = kernels.reserve(parameterCount)
  const gradientsAt = kernels.reserve(parameterCount)
  const statisticsAt = kernels.reserve(Math.max(statisticCount, 8))
  const places: Place[] = sizes.map(({ sizeCells, channels }) => {
    const count = batchImages * sizeCells ** 2 * channels
    return { sizeCells, channels, count, value: kernels.reserve(count), gradient: kernels.reserve(count) }
  })
  const scratch = reserveScratch(kernels, layers, places)
  const steps = layers.map((layer, index) => {
    const offsets = parameterOffsets[index]
    const out = at(places, index + 1)
    if (layer.kind === 'fusion' || offsets === undefined) return fusionStep(kernels, layer as FusionLayer, places, out)
    return convolutionStep(kernels, layer, places, out, scratch, {
      weights: parametersAt + 4 * offsets.weights,
      weightGradients: gradientsAt + 4 * offsets.weights,
      shift: parametersAt + 4 * offsets.shift,
      shiftGradients: gradientsAt + 4 * offsets.shift,
      scale: offsets.scale === undefined ? 0 : parametersAt + 4 * offsets.scale,
      scaleGradients: offsets.scale === undefined ? 0 : gradientsAt + 4 * offsets.scale,
      statistics: statisticsAt + 4 * offsets.statistics,
      convolved: layer.norm ? kernels.reserve(out.count) : out.value,
      mean: kernels.reserve(layer.channels),
      inverse: kernels.reserve(layer.channels),
    })
  })
  kernels.commit()
  // Bound only now: memory.grow detaches every earlier view.
  const run = steps.map((step) => step())

  const parameters = kernels.view(parametersAt, parameterCount)
  const statistics = kernels.view(statisticsAt, statisticCount)
  layers.forEach((layer, index) => {
    const offsets = parameterOffsets[index]
    if (layer.kind === 'fusion' || offsets === undefined) return
    const fanIn = layer.kernelPx ** 2 * at(places, layer.input).channels
    const isHead = index === layers.length - 1
    const deviation = isHead ? 0.01 : Math.sqrt(2 / fanIn)
    for (let i = 0; i < fanIn * layer.channels; i++)
      parameters[offsets.weights + i] = isHead && i % layer.channels >= classes + 4 ? 0 : deviation * normal(random)
    // Nothing is likely at first: a share of 0.02.
    if (isHead) parameters.fill(Math.log(0.02 / 0.98), offsets.shift, offsets.shift + classes)
    if (offsets.scale !== undefined) {
      // A residual branch that starts silent trains faster from scratch.
      parameters.fill(layer.residual === undefined ? 1 : 0.5, offsets.scale, offsets.scale + layer.channels)
      statistics.fill(1, offsets.statistics + layer.channels, offsets.statistics + 2 * layer.channels)
    }
  })
  const headPadding = (outputChannels - classes - 4) * (at(places, layers.length - 1).channels + 1)
  const first = at(places, 0)
  const last = at(places, layers.length)
  return {
    inputPx: architecture.inputPx,
    gridCells: last.sizeCells,
    outputChannels,
    batchImages,
    parameterCount: parameterCount - headPadding,
    groups,
    parameters,
    gradients: kernels.view(gradientsAt, parameterCount),
    statistics,
    input: kernels.view(first.value, first.count),
    output: kernels.view(last.value, last.count),
    outputGradient: kernels.view(last.gradient, last.count),
    forward: (images, training) => {
      for (const step of run) step.forward(images, training)
    },
    backward: (images, part = 'all') => {
      // The last gradient comes from the loss; every other one is summed up from its consumers.
      for (const place of places.slice(1, -1)) kernels.view(place.gradient, place.count).fill(0)
      const wanted = part === 'head' ? run.slice(-1) : run
      for (const step of [...wanted].reverse()) step.backward(images)
    },
  }
}

const layout = (layers: readonly (ConvolutionLayer | FusionLayer)[], firstCells: number) => {
  const sizes = [{ sizeCells: firstCells, channels: 16 }]
  for (const layer of layers) {
    const from = at(sizes, layer.kind === 'fusion' ? layer.fine : layer.input)
    sizes.push(
      layer.kind === 'fusion' ? { ...from } : { sizeCells: from.sizeCells / layer.stride, channels: layer.channels },
    )
  }
  return sizes
}
