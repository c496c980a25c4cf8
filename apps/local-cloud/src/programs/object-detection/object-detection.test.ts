import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { buildPrograms } from '../testing/built-programs.ts'
import { type Container, createContainer } from '../testing/container.ts'
import { type TinyImage, TINY_PX, tinyImages } from '../testing/tiny-images.ts'

let programs: Awaited<ReturnType<typeof buildPrograms>>
let program: string
let container: Container

beforeAll(async () => {
  programs = await buildPrograms()
  program = programs.path('object-detection')
})
afterAll(() => programs.remove())
beforeEach(() => {
  container = createContainer()
})
afterEach(() => container.remove())

const HYPERPARAMETERS = {
  num_classes: '2',
  num_training_samples: '24',
  epochs: '3',
  mini_batch_size: '8',
  learning_rate: '0.001',
  base_network: 'resnet-50',
}

/** dmlc RecordIO without the split that the magic number asks for. */
const recordFile = (images: readonly TinyImage[]): Buffer =>
  Buffer.concat(
    images.map(({ jpeg, classIndex, box }, id) => {
      const labels = [4, 5, TINY_PX, TINY_PX, classIndex, ...box.map((value) => value / TINY_PX)]
      const payload = Buffer.alloc(24 + 4 * labels.length + jpeg.length)
      payload.writeUInt32LE(labels.length, 0)
      payload.writeBigUInt64LE(BigInt(id), 8)
      labels.forEach((label, i) => payload.writeFloatLE(label, 24 + 4 * i))
      jpeg.copy(payload, 24 + 4 * labels.length)
      const frame = Buffer.alloc(8 + Math.ceil(payload.length / 4) * 4)
      frame.writeUInt32LE(0xced7230a, 0)
      frame.writeUInt32LE(payload.length, 4)
      payload.copy(frame, 8)
      return frame
    }),
  )

const fill = async () => {
  container.hyperparameters(HYPERPARAMETERS)
  container.write('input/data/train/train.rec', recordFile(await tinyImages(24)))
  container.write('input/data/validation/validation.rec', recordFile(await tinyImages(8, 100)))
}

test('trains on RecordIO, logs what the predefined metrics look for, and serves', async () => {
  await fill()
  const { exitCode, log, failure } = await container.train(program)
  expect({ exitCode, failure }).toEqual({ exitCode: 0, failure: '' })
  const matches = (expression: RegExp) => [...log.matchAll(expression)].map(([, value]) => Number(value))
  expect(matches(/#quality_metric: host=\S+, epoch=\S+, validation mAP <score>=\((\S+)\)/g)).toHaveLength(3)
  expect(matches(/#progress_metric: host=\S+, completed (\S+) %/g)).toEqual([33, 67, 100])
  for (const loss of ['cross_entropy', 'smooth_l1']) {
    const values = matches(
      new RegExp(`#quality_metric: host=\\S+, epoch=\\S+, batch=\\S+ train ${loss} <loss>=(\\S+)`, 'g'),
    )
    expect(values.length).toBeGreaterThanOrEqual(3)
    expect(values.every((value) => value > 0)).toBe(true)
  }
  expect(matches(/#throughput_metric: host=\S+, train throughput=(\S+) records\/second/g)).toHaveLength(3)
  const actual: unknown = JSON.parse(/^assay_actual=(.*)$/m.exec(log)?.[1] ?? '')
  expect(actual).toMatchObject({ network: 'legacy', epochsDone: 3, trainImages: 24, validationImages: 8 })
  expect(JSON.parse(readFileSync(join(container.base, 'model/assay-model.json'), 'utf8'))).toEqual(actual)

  const [image] = await tinyImages(1, 200)
  const ended = await container.serve(program, {}, async (invoke) => {
    const answer = await invoke(image?.jpeg ?? '', { 'content-type': 'image/jpeg' })
    const { prediction } = JSON.parse(answer.text) as { prediction: number[][] }
    expect(prediction.length).toBeGreaterThan(0)
    for (const [classIndex = -1, score = -1, x1 = -1, y1 = -1, x2 = -1, y2 = -1] of prediction) {
      expect([0, 1]).toContain(classIndex)
      expect(score > 0 && score <= 1 && x1 >= 0 && y1 >= 0 && x2 > x1 && y2 > y1 && x2 <= 1 && y2 <= 1).toBe(true)
    }
    const annotated = await invoke(image?.jpeg ?? '', {
      'content-type': 'application/x-image',
      accept: 'application/json;annotation=1',
    })
    expect(JSON.parse(annotated.text)).toMatchObject({ image_size: [{ width: TINY_PX, height: TINY_PX, depth: 3 }] })
    expect((await invoke('no image', { 'content-type': 'image/png' })).status).toBe(400)
    expect((await invoke('{}', { 'content-type': 'application/json' })).status).toBe(400)
  })
  expect(ended).toBe(0)
}, 60_000)

/** The same images as files with a JSON file each. */
const fillWithFiles = async () => {
  container.hyperparameters(HYPERPARAMETERS)
  for (const [channel, images] of [
    ['train', await tinyImages(24)],
    ['validation', await tinyImages(8, 100)],
  ] as const)
    for (const {
      name,
      jpeg,
      classIndex,
      box: [left, top, right, bottom],
    } of images) {
      container.write(`input/data/${channel}/${name}.jpg`, jpeg)
      const annotation = { class_id: classIndex, left, top, width: right - left, height: bottom - top }
      container.write(
        `input/data/${channel}_annotation/${name}.json`,
        JSON.stringify({
          file: `${name}.jpg`,
          image_size: [{ width: TINY_PX, height: TINY_PX, depth: 3 }],
          annotations: [annotation],
        }),
      )
    }
}

test('trains on images with a JSON file each as it does on records of the same images', async () => {
  const scoresOf = async () => {
    const { exitCode, log, failure } = await container.train(program)
    expect({ exitCode, failure }).toEqual({ exitCode: 0, failure: '' })
    expect(log).not.toContain('num_training_samples is')
    return log.match(/validation mAP <score>=\(\S+\)/g)
  }
  await fillWithFiles()
  const scores = await scoresOf()
  expect(scores).toHaveLength(3)
  // Records keep the order in which they were written, files come by name.
  for (const folder of ['input', 'checkpoints']) rmSync(join(container.base, folder), { recursive: true })
  container.hyperparameters(HYPERPARAMETERS)
  const byName = (images: TinyImage[]) => images.sort((a, b) => (a.name < b.name ? -1 : 1))
  container.write('input/data/train/train.rec', recordFile(byName(await tinyImages(24))))
  container.write('input/data/validation/validation.rec', recordFile(byName(await tinyImages(8, 100))))
  expect(await scoresOf()).toEqual(scores)
}, 60_000)

test('an image without its JSON file, a class too many or a number that is none is the fault of the data', async () => {
  const failureWith = async (path: string, content: string) => {
    await fillWithFiles()
    container.write(`input/data/${path}`, content)
    return (await container.train(program)).failure
  }
  const size = [{ width: 64, height: 64, depth: 3 }]
  const box = { class_id: 2, left: 1, top: 1, width: 5, height: 5 }
  const annotated = (one: object) => JSON.stringify({ image_size: size, annotations: [one] })
  expect(await failureWith('train_annotation/image_0.json', annotated(box))).toBe(
    'ClientError: train_annotation/image_0.json has class 2, num_classes is 2',
  )
  expect(await failureWith('train_annotation/image_0.json', annotated({ ...box, class_id: 1, left: '1' }))).toBe(
    'ClientError: train_annotation/image_0.json has "1" as left, a number needed',
  )
  expect(await failureWith('validation/lonely.png', '')).toBe(
    'ClientError: validation/lonely.png has no lonely.json in channel validation_annotation',
  )
}, 60_000)

test('a run told to stop keeps the model so far and ends well', async () => {
  await fill()
  container.hyperparameters({ ...HYPERPARAMETERS, epochs: '5000' })
  const { exitCode, log } = await container.train(program, 'epoch=1, validation mAP')
  expect(exitCode).toBe(0)
  expect(existsSync(join(container.base, 'model/detector.bin'))).toBe(true)
  expect(JSON.parse(/^assay_actual=(.*)$/m.exec(log)?.[1] ?? '')).toMatchObject({ network: 'legacy' })
}, 60_000)

test('wrong hyperparameters are all named in the failure file', async () => {
  await fill()
  container.hyperparameters({ num_classes: '2', epochs: 'many', learning_rate: '3', colour: 'red' })
  const { exitCode, failure } = await container.train(program)
  expect(exitCode).toBe(1)
  expect(failure).toMatch(/^ClientError: /)
  for (const name of ['epochs', 'learning_rate', 'num_training_samples', 'colour']) expect(failure).toContain(name)
}, 60_000)

test('a missing channel, a cut-off record and an unknown class are said to be the fault of the data', async () => {
  await fill()
  const whole = recordFile(await tinyImages(8, 100))
  container.write('input/data/validation/validation.rec', whole.subarray(0, whole.length - 40))
  expect((await container.train(program)).failure).toMatch(
    /^ClientError: the RecordIO file ends within the record at byte/,
  )
  const [image] = await tinyImages(1)
  container.write('input/data/validation/validation.rec', image ? recordFile([{ ...image, classIndex: 2 }]) : '')
  expect((await container.train(program)).failure).toMatch(/^ClientError: record 0 .* has class 2, num_classes is 2/)
  container.write('input/data/validation/validation.rec', '')
  expect((await container.train(program)).failure).toBe('ClientError: channel validation holds no records')
}, 60_000)
