import { expect, test } from 'vitest'
import type { LabelledBox } from './boxes.ts'
import type { NetworkName } from './architecture.ts'
import { boxOfCell, cornersToNumbers } from './cells.ts'
import { createDetector } from './detector.ts'
import { giouLoss } from './losses.ts'
import { createRandom, normal } from './random.ts'
import { lossAndGradient } from './train.ts'

const STEP = 1e-3

const OBJECTS: LabelledBox[][] = [
  [
    { classIndex: 0, box: [0.1, 0.2, 0.5, 0.6] },
    { classIndex: 2, box: [0.4, 0.05, 0.95, 0.3] },
  ],
  [{ classIndex: 1, box: [0.3, 0.3, 0.34, 0.9] }],
]

const aBatch = (network: NetworkName) => {
  const random = createRandom(7)
  const detector = createDetector({ network, classes: 3, seed: 11, batchImages: 2 })
  for (let i = 0; i < detector.network.input.length; i++) detector.network.input[i] = normal(random)
  // A head that says something, so that every gradient is well above rounding.
  for (const { part, offset, count } of detector.network.groups)
    if (part === 'head')
      for (let i = offset; i < offset + count; i++) detector.network.parameters[i] = 0.1 * normal(random)
  return detector
}

test.each(['latest', 'legacy'] as const)('the gradient by every output of %s is the slope of its loss', (name) => {
  const detector = aBatch(name)
  const { network } = detector
  network.forward(2, true)
  lossAndGradient(detector, OBJECTS)
  const gradient = network.outputGradient.slice()
  // Varifocal targets follow the boxes; they are constants to the gradient, so boxes are checked where no class is answered.
  const places = [...gradient.keys()].filter((i) => Math.abs(gradient[i] ?? 0) > 1e-3 && i % network.outputChannels < 3)
  expect(places.length).toBeGreaterThan(100)
  for (const place of places.filter((_, i) => i % 3 === 0)) {
    const kept = network.output[place] ?? 0
    network.output[place] = kept + STEP
    const above = lossAndGradient(detector, OBJECTS).total
    network.output[place] = kept - STEP
    const below = lossAndGradient(detector, OBJECTS).total
    network.output[place] = kept
    expect((above - below) / (2 * STEP)).toBeCloseTo(gradient[place] ?? 0, 3)
  }
})

test('the gradient of generalised IoU is its slope, touching or apart', () => {
  const wanted = [0.2, 0.3, 0.6, 0.7] as const
  for (const predicted of [
    [0.1, 0.2, 0.5, 0.9],
    [0.3, 0.4, 0.5, 0.5],
    [0.7, 0.8, 0.9, 0.95],
    [0.25, 0.1, 0.9, 0.65],
  ] as const) {
    const { gradient } = giouLoss(predicted, wanted)
    predicted.forEach((_, i) => {
      const moved = (by: number) => giouLoss(predicted.map((v, k) => (k === i ? v + by : v)) as never, wanted).loss
      expect((moved(1e-6) - moved(-1e-6)) / 2e-6).toBeCloseTo(gradient[i] ?? 0, 4)
    })
  }
})

test('the gradient by a cell’s four numbers is the slope of generalised IoU', () => {
  const wanted = [0.2, 0.3, 0.6, 0.7] as const
  const numbers = [0.4, -0.7, 0.3, -0.2]
  const predicted = boxOfCell(51, 12, numbers, 0)
  const gradient = cornersToNumbers(predicted, giouLoss(predicted, wanted).gradient, 12)
  gradient.forEach((slope, i) => {
    const moved = (by: number) => giouLoss(boxOfCell(51, 12, numbers.with(i, (numbers[i] ?? 0) + by), 0), wanted).loss
    expect((moved(1e-6) - moved(-1e-6)) / 2e-6).toBeCloseTo(slope, 5)
  })
})

test.each(['latest', 'legacy'] as const)('back-propagation through %s agrees with finite differences', (name) => {
  const { network } = aBatch(name)
  const random = createRandom(3)
  // A smooth loss of our own: half the squared distance of the outputs to a fixed random target.
  const target = Float32Array.from(network.output, () => normal(random))
  const loss = () => {
    network.forward(2, true)
    return network.output.reduce((sum, value, i) => sum + (value - (target[i] ?? 0)) ** 2 / 2, 0)
  }
  loss()
  network.outputGradient.set(network.output.map((value, i) => value - (target[i] ?? 0)))
  network.backward(2)
  const gradients = network.gradients.slice()
  for (const { offset, count } of network.groups) {
    // A whole group is moved along its gradient: the slope must be the gradient's squared length.
    const slice = gradients.subarray(offset, offset + count)
    const squaredLength = slice.reduce((sum, value) => sum + value * value, 0)
    const kept = network.parameters.slice(offset, offset + count)
    const step = 2e-4 / Math.sqrt(squaredLength)
    const moved = (factor: number) => {
      for (let i = 0; i < count; i++) network.parameters[offset + i] = (kept[i] ?? 0) + factor * (slice[i] ?? 0)
      return loss()
    }
    const slope = (moved(step) - moved(-step)) / (2 * step)
    network.parameters.set(kept, offset)
    expect(slope / squaredLength).toBeCloseTo(1, 1)
  }
})
