import type { Architecture, ConvolutionLayer, FusionLayer } from './architecture.ts'
import { type Address, createKernels, type Kernels } from './kernels.ts'
import { normal, type Random } from './random.ts'

const NORM_EPSILON = 1e-5
const RUNNING_SHARE = 0.1

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
  /** Sets `gradients` from `outputGradient`. Only after a training forward of as many images. */
  backward: (images: number) => void
}

interface Place {
  sizeCells: number
  channels: number
  value: Address
  gradient: Address
  count: number
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
    backward: (images) => {
      // The last gradient comes from the loss; every other one is summed up from its consumers.
      for (const place of places.slice(1, -1)) kernels.view(place.gradient, place.count).fill(0)
      for (const step of [...run].reverse()) step.backward(images)
    },
  }
}

const at = <T>(items: readonly T[], index: number): T => {
  const item = items[index]
  if (item === undefined) throw new Error(`the architecture names activation ${index}, of ${items.length}`)
  return item
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

interface Scratch {
  columns: Address
  columnGradients: Address
  transposed: Address
  /** Two rows of channel sums and three of coefficients. */
  perChannel: Address[]
}

const reserveScratch = (
  kernels: Kernels,
  layers: readonly (ConvolutionLayer | FusionLayer)[],
  places: readonly Place[],
): Scratch => {
  let columns = 0
  let weights = 0
  let channels = 0
  layers.forEach((layer, index) => {
    if (layer.kind === 'fusion') return
    const width = layer.kernelPx ** 2 * at(places, layer.input).channels
    columns = Math.max(columns, at(places, index + 1).sizeCells ** 2 * width)
    weights = Math.max(weights, width * layer.channels)
    channels = Math.max(channels, layer.channels)
  })
  return {
    columns: kernels.reserve(columns),
    columnGradients: kernels.reserve(columns),
    transposed: kernels.reserve(weights),
    perChannel: Array.from({ length: 5 }, () => kernels.reserve(channels)),
  }
}

interface Step {
  forward: (images: number, training: boolean) => void
  backward: (images: number) => void
}

const fusionStep = (kernels: Kernels, layer: FusionLayer, places: readonly Place[], out: Place) => (): Step => {
  const fine = at(places, layer.fine)
  const coarse = at(places, layer.coarse)
  const cells = fine.sizeCells
  const bytes = 4 * cells ** 2 * fine.channels
  return {
    forward: (images) => {
      for (let i = 0; i < images; i++)
        kernels.upsampleAdd(
          fine.value + i * bytes,
          coarse.value + (i * bytes) / 4,
          cells,
          cells,
          fine.channels,
          out.value + i * bytes,
        )
    },
    backward: (images) => {
      kernels.addTo(fine.gradient, out.gradient, (images * bytes) / 4)
      for (let i = 0; i < images; i++)
        kernels.upsampleBackward(
          out.gradient + i * bytes,
          cells,
          cells,
          fine.channels,
          coarse.gradient + (i * bytes) / 4,
        )
    },
  }
}

interface ConvolutionPlaces {
  weights: Address
  weightGradients: Address
  shift: Address
  shiftGradients: Address
  scale: Address
  scaleGradients: Address
  statistics: Address
  convolved: Address
  mean: Address
  inverse: Address
}

const convolutionStep =
  (
    kernels: Kernels,
    layer: ConvolutionLayer,
    places: readonly Place[],
    out: Place,
    scratch: Scratch,
    own: ConvolutionPlaces,
  ) =>
  (): Step => {
    const from = at(places, layer.input)
    const residual = layer.residual === undefined ? undefined : at(places, layer.residual)
    const { channels } = layer
    const width = layer.kernelPx ** 2 * from.channels
    const cells = out.sizeCells ** 2
    const fromBytes = 4 * from.sizeCells ** 2 * from.channels
    const outBytes = 4 * cells * channels
    const unrolled = layer.kernelPx === 3
    const [sumsAt = 0, productsAt = 0, pAt = 0, qAt = 0, rAt = 0] = scratch.perChannel
    const view = (address: Address) => kernels.view(address, channels)
    const [sums, products, p, q, r] = [view(sumsAt), view(productsAt), view(pAt), view(qAt), view(rAt)]
    const [mean, inverse, shift] = [view(own.mean), view(own.inverse), view(own.shift)]
    const scale = layer.norm ? view(own.scale) : undefined
    const runningMean = view(own.statistics)
    const runningVariance = view(own.statistics + 4 * channels)
    const weightGradients = kernels.view(own.weightGradients, width * channels)
    const ones = new Float32Array(channels).fill(1)

    const columnsOf = (image: number): Address => {
      const x = from.value + image * fromBytes
      if (!unrolled) return x
      kernels.im2col(x, from.sizeCells, from.sizeCells, from.channels, layer.stride, scratch.columns)
      return scratch.columns
    }
    const measure = (rows: number) => {
      kernels.columnSums(own.convolved, rows, channels, own.mean)
      for (let c = 0; c < channels; c++) mean[c] = (mean[c] ?? 0) / rows
      kernels.columnSquares(own.convolved, own.mean, rows, channels, sumsAt)
      for (let c = 0; c < channels; c++) {
        const variance = (sums[c] ?? 0) / rows
        inverse[c] = 1 / Math.sqrt(variance + NORM_EPSILON)
        runningMean[c] = (runningMean[c] ?? 0) * (1 - RUNNING_SHARE) + RUNNING_SHARE * (mean[c] ?? 0)
        runningVariance[c] = (runningVariance[c] ?? 0) * (1 - RUNNING_SHARE) + RUNNING_SHARE * variance
      }
    }
    const recall = () => {
      mean.set(runningMean)
      for (let c = 0; c < channels; c++) inverse[c] = 1 / Math.sqrt((runningVariance[c] ?? 0) + NORM_EPSILON)
    }
    const normGradients = (rows: number) => {
      kernels.normSums(out.gradient, own.convolved, own.mean, own.inverse, rows, channels, sumsAt, productsAt)
      kernels.view(own.shiftGradients, channels).set(sums)
      kernels.view(own.scaleGradients, channels).set(products)
      for (let c = 0; c < channels; c++) {
        const [s, g, i] = [sums[c] ?? 0, products[c] ?? 0, inverse[c] ?? 0]
        const factor = (scale?.[c] ?? 1) * i
        p[c] = factor
        q[c] = (-factor * g * i) / rows
        r[c] = (factor * ((mean[c] ?? 0) * g * i - s)) / rows
      }
      kernels.normBackward(out.gradient, own.convolved, pAt, qAt, rAt, rows, channels, out.gradient)
    }

    return {
      forward: (images, training) => {
        for (let i = 0; i < images; i++)
          kernels.gemm(cells, channels, width, columnsOf(i), width, 1, own.weights, own.convolved + i * outBytes, 0)
        const rows = images * cells
        if (scale) {
          if (training) measure(rows)
          else recall()
          for (let c = 0; c < channels; c++) {
            p[c] = (scale[c] ?? 1) * (inverse[c] ?? 0)
            q[c] = (shift[c] ?? 0) - (mean[c] ?? 0) * (p[c] ?? 0)
          }
        } else {
          p.set(ones)
          q.set(shift)
        }
        kernels.affine(own.convolved, rows, channels, pAt, qAt, residual?.value ?? 0, layer.relu ? 1 : 0, out.value)
      },
      backward: (images) => {
        const rows = images * cells
        if (layer.relu) kernels.reluBackward(out.value, out.gradient, rows * channels)
        if (residual) kernels.addTo(residual.gradient, out.gradient, rows * channels)
        if (scale) normGradients(rows)
        else kernels.columnSums(out.gradient, rows, channels, own.shiftGradients)
        weightGradients.fill(0)
        if (layer.input > 0) kernels.transpose(own.weights, width, channels, scratch.transposed)
        for (let i = 0; i < images; i++) {
          const d = out.gradient + i * outBytes
          kernels.gemm(width, channels, cells, columnsOf(i), 1, width, d, own.weightGradients, 1)
          if (layer.input === 0) continue
          const dx = from.gradient + i * fromBytes
          if (unrolled) {
            kernels.gemm(cells, width, channels, d, channels, 1, scratch.transposed, scratch.columnGradients, 0)
            kernels.col2im(scratch.columnGradients, from.sizeCells, from.sizeCells, from.channels, layer.stride, dx)
          } else kernels.gemm(cells, width, channels, d, channels, 1, scratch.transposed, dx, 1)
        }
      },
    }
  }
