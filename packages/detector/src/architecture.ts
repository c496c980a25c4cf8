/** Index of an activation: 0 is the input image, n the output of layer n − 1. */
type Activation = number

/** A 3×3 or 1×1 convolution, then batch normalisation or a bias, then what `residual` names added, then ReLU. */
export interface ConvolutionLayer {
  kind: 'convolution'
  input: Activation
  kernelPx: 1 | 3
  stride: 1 | 2
  channels: number
  norm: boolean
  relu: boolean
  residual?: Activation
}

/** The coarse activation, doubled in size, added to the fine one. */
export interface FusionLayer {
  kind: 'fusion'
  fine: Activation
  coarse: Activation
}

export type Layer = ConvolutionLayer | FusionLayer

/** A network without its head: the head is a 1×1 convolution of the last activation to classes + 4 numbers a cell. */
export interface Architecture {
  /** Side of the square grey input in px; a multiple of 4 × the strides. */
  inputPx: number
  /** Input pixels laid side by side as channels: the first layer sees (inputPx / 4)² cells of 16. */
  layers: Layer[]
  /** Classification and box losses, see losses.ts. */
  loss: 'varifocal-giou' | 'focal-smooth-l1'
}

const convolution = (
  input: Activation,
  channels: number,
  options: Partial<Omit<ConvolutionLayer, 'kind' | 'input' | 'channels'>> = {},
): ConvolutionLayer => ({
  kind: 'convolution',
  input,
  channels,
  kernelPx: 3,
  stride: 1,
  norm: true,
  relu: true,
  ...options,
})

/** One decision for readers: docs/decisions/detector-networks.md. */
export const ARCHITECTURES = {
  /** Residual body, a coarser context branch fused back in, batch normalisation, IoU-aware loss. */
  latest: {
    inputPx: 96,
    loss: 'varifocal-giou',
    layers: [
      convolution(0, 24),
      convolution(1, 48, { stride: 2 }),
      convolution(2, 48, { residual: 2 }),
      convolution(3, 48, { residual: 3 }),
      convolution(4, 64, { stride: 2 }),
      convolution(5, 64, { residual: 5 }),
      convolution(6, 48, { kernelPx: 1, relu: false }),
      { kind: 'fusion', fine: 4, coarse: 7 },
      convolution(8, 48),
    ],
  },
  /** Plain stack of convolutions with biases, focal loss and smooth L1. */
  legacy: {
    inputPx: 96,
    loss: 'focal-smooth-l1',
    layers: [
      convolution(0, 24, { norm: false }),
      convolution(1, 48, { norm: false, stride: 2 }),
      convolution(2, 48, { norm: false }),
      convolution(3, 48, { norm: false }),
    ],
  },
} as const satisfies Record<string, Architecture>

export type NetworkName = keyof typeof ARCHITECTURES
