import { expect, test } from 'vitest'
import { COCO_OVERLAPS, meanAveragePrecision } from './average-precision.ts'
import { createDetector, type Detector } from './detector.ts'
import { detect } from './detect.ts'
import type { Sample } from './pictures.ts'
import { createRandom, shuffle } from './random.ts'
import { drawSquares } from './testing/squares.ts'
import { measureLosses, train, type TrainOptions } from './train.ts'
import { loadDetector, loadPretrainedWeights, saveDetector } from './weights.ts'

const TRAINING = drawSquares(64, 1)
const UNSEEN = drawSquares(24, 2)
const OPTIONS: TrainOptions = { epochs: 10, batchSize: 16, learningRate: 5e-3, seed: 3 }

const trained = async (samples: readonly Sample[], change: Partial<TrainOptions> = {}) => {
  const detector = createDetector({ network: 'latest', classes: 2, seed: 4 })
  await train(detector, samples, { ...OPTIONS, ...change })
  return detector
}

/** Compared as bytes: bit by bit, and a thousand times quicker than number by number. */
const weightBytes = ({ network }: Detector) => Buffer.from(network.parameters.slice().buffer)

const score = (detector: Detector) =>
  meanAveragePrecision(
    UNSEEN.map(({ picture, objects }) => ({ detections: detect(detector, picture), objects })),
    COCO_OVERLAPS,
  )

test('what is learned from pixels is gone when the labels belong to other pictures', async () => {
  const strangers = shuffle(
    TRAINING.map(({ objects }) => objects),
    createRandom(5),
  )
  const shuffled = TRAINING.map(({ picture }, index) => ({ picture, objects: strangers[index] ?? [] }))
  const learned = score(await trained(TRAINING))
  const mislearned = score(await trained(shuffled))
  expect(learned).toBeGreaterThan(0.25)
  expect(mislearned).toBeLessThan(learned / 5)
}, 180_000)

test('the same seed gives the same weights, bit by bit; another seed gives others', async () => {
  const few = TRAINING.slice(0, 20)
  const weights = async (seed: number) => weightBytes(await trained(few, { epochs: 2, seed }))
  const first = await weights(3)
  expect(first.equals(await weights(3))).toBe(true)
  expect(first.equals(await weights(6))).toBe(false)
}, 60_000)

test.each(['sgd', 'adam', 'adadelta'] as const)(
  '%s goes on from a checkpoint to the same weights, bit by bit',
  async (optimizer) => {
    const few = TRAINING.slice(0, 20)
    const saved: Uint8Array[] = []
    const options = {
      epochs: 4,
      batchSize: 8,
      optimizer,
      checkpoints: { save: (state: Uint8Array) => void saved.push(state) },
    }
    const whole = await trained(few, options)
    expect(saved).toHaveLength(3)
    const resumed = await trained(few, { ...options, checkpoints: { last: saved[1], save: () => {} } })
    expect(weightBytes(resumed).equals(weightBytes(whole))).toBe(true)
    expect(resumed.epochsDone).toBe(4)
    await expect(trained(TRAINING.slice(0, 19), { checkpoints: { last: saved[1], save: () => {} } })).rejects.toThrow(
      'other samples',
    )
  },
  60_000,
)

test.each(['sgd', 'adam', 'rmsprop', 'adadelta'] as const)(
  '%s brings the loss down',
  async (optimizer) => {
    const learningRate = { sgd: 0.03, adam: 5e-3, rmsprop: 2e-3, adadelta: 1 }[optimizer]
    const losses: number[] = []
    const detector = createDetector({ network: 'legacy', classes: 2, seed: 4 })
    await train(detector, TRAINING.slice(0, 32), { ...OPTIONS, epochs: 6, optimizer, learningRate }, (report) => {
      losses.push(report.losses.total)
    })
    expect(losses.at(-1)).toBeLessThan(0.85 * (losses[0] ?? 0))
  },
  60_000,
)

test('learning rate, momentum, weight decay and batch size all change what is learned', async () => {
  const few = TRAINING.slice(0, 20)
  const plain = { epochs: 1, optimizer: 'sgd', learningRate: 0.01 } as const
  const base = weightBytes(await trained(few, plain))
  for (const change of [{ learningRate: 0.02 }, { momentum: 0.5 }, { weightDecay: 0.1 }, { batchSize: 8 }])
    expect(base.equals(weightBytes(await trained(few, { ...plain, ...change })))).toBe(false)
}, 60_000)

test('a frozen body keeps every number but the head', async () => {
  const detector = createDetector({ network: 'legacy', classes: 2, seed: 4 })
  const before = detector.network.parameters.slice()
  await train(detector, TRAINING.slice(0, 16), { ...OPTIONS, epochs: 1, freezeBody: true })
  const moved = detector.network.groups
    .filter(({ offset, count }) =>
      detector.network.parameters.slice(offset, offset + count).some((value, i) => value !== before[offset + i]),
    )
    .map(({ part }) => part)
  expect(new Set(moved)).toEqual(new Set(['head']))
})

test('a training that is told to stop keeps what it has learned', async () => {
  const stopping = new AbortController()
  const detector = createDetector({ network: 'legacy', classes: 2, seed: 4 })
  await train(detector, TRAINING, { ...OPTIONS, epochs: 1000, signal: stopping.signal }, ({ epoch }) => {
    if (epoch === 1) stopping.abort()
  })
  expect(detector.epochsDone).toBe(2)
  expect(measureLosses(detector, UNSEEN).total).toBeGreaterThan(0)
})

test('a detector that was saved and loaded finds the same', async () => {
  const detector = await trained(TRAINING.slice(0, 32), { epochs: 2 })
  const loaded = loadDetector(saveDetector(detector))
  expect(loaded).toMatchObject({ networkName: 'latest', classes: 2, pretrainedOn: null, epochsDone: 2 })
  for (const { picture } of UNSEEN.slice(0, 3)) expect(detect(loaded, picture)).toEqual(detect(detector, picture))
  expect(() => loadDetector(Buffer.from('something else'))).toThrow('not a file of format assay-detector-1')
})

test('the weights that ship with the repository fit their networks', () => {
  for (const network of ['latest', 'legacy'] as const) {
    const weights = loadPretrainedWeights(network)
    const detector = createDetector({ network, classes: 5, seed: 1, weights })
    expect(detector.pretrainedOn).toContain('generic')
    expect(weights.body.every((value, i) => detector.network.parameters[i] === value)).toBe(true)
  }
  expect(() =>
    createDetector({ network: 'legacy', classes: 5, seed: 1, weights: loadPretrainedWeights('latest') }),
  ).toThrow('do not fit legacy')
})
