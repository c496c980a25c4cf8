import type { ConvolutionLayer, FusionLayer } from './architecture.ts'
import type { Address, Kernels } from './kernels.ts'

const NORM_EPSILON = 1e-5
const RUNNING_SHARE = 0.1

/** Where an activation and its gradient lie: [batch, sizeCells², channels]. */
export interface Place {
  sizeCells: number
  channels: number
  value: Address
  gradient: Address
  count: number
}

/** The item at an index that an architecture names. */
export const at = <T>(items: readonly T[], index: number): T => {
  const item = items[index]
  if (item === undefined) throw new Error(`the architecture names activation ${index}, of ${items.length}`)
  return item
}

/** Memory that all layers share. */
export interface Scratch {
  columns: Address
  columnGradients: Address
  transposed: Address
  /** Two rows of channel sums and three of coefficients. */
  perChannel: Address[]
}

export const reserveScratch = (
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

/** One layer at work. */
export interface Step {
  forward: (images: number, training: boolean) => void
  backward: (images: number) => void
}

/** Adds the coarse activation, doubled in size, to the fine one. Call the result once the memory is committed. */
export const fusionStep = (kernels: Kernels, layer: FusionLayer, places: readonly Place[], out: Place) => (): Step => {
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

/** What a convolution has for itself; scale addresses are 0 where it has no normalisation. */
export interface ConvolutionPlaces {
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

/** Convolution, normalisation or bias, residual, ReLU, and back. Call the result once the memory is committed. */
export const convolutionStep =
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
