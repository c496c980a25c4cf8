import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { shippedSourceFiles } from '@assay/recipes'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { packFiles } from '../../jumpstart/pack-files.ts'
import { buildPrograms } from '../testing/built-programs.ts'
import { type Container, createContainer } from '../testing/container.ts'
import { TINY_PX, tinyImages } from '../testing/tiny-images.ts'
import { fillVocChannel } from '../testing/voc-channel.ts'

let programs: Awaited<ReturnType<typeof buildPrograms>>
let program: string
let container: Container

beforeAll(async () => {
  programs = await buildPrograms()
  program = programs.path('pytorch-script')
})
afterAll(() => programs.remove())
beforeEach(() => {
  container = createContainer()
})
afterEach(() => container.remove())

const HYPERPARAMETERS = {
  epochs: '2',
  'batch-size': '8',
  'learning-rate': '0.001',
  'num-classes': '3',
  backbone: '"resnet34"',
  seed: '5',
  sagemaker_program: '"train.py"',
  sagemaker_submit_directory: '"/opt/ml/input/data/code/sourcedir.tar.gz"',
}

const fill = async (
  change: (script: string) => string = (script) => script,
  source: Parameters<typeof shippedSourceFiles>[0] = 'ddn',
) => {
  container.hyperparameters(HYPERPARAMETERS)
  const files = Object.fromEntries(
    (await shippedSourceFiles(source)).map(({ name, path }) => [name, Buffer.from(change(readFileSync(path, 'utf8')))]),
  )
  container.write('input/data/code/sourcedir.tar.gz', await packFiles(files))
  fillVocChannel(container, 'training', await tinyImages(16))
  fillVocChannel(container, 'validation', await tinyImages(6, 100))
}

/** 1 × 3 × height × width, normalised as ImageNet's images are. */
const tensorOf = async (jpeg: Buffer): Promise<string> => {
  const { data } = await sharp(jpeg).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const [mean, deviation] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ]
  const plane = (channel: number) =>
    Array.from({ length: TINY_PX }, (_, y) =>
      Array.from({ length: TINY_PX }, (_, x) => {
        const level = (data[3 * (y * TINY_PX + x) + channel] ?? 0) / 255
        return (level - (mean?.[channel] ?? 0)) / (deviation?.[channel] ?? 1)
      }),
    )
  return JSON.stringify([[plane(0), plane(1), plane(2)]])
}

test('trains the submitted source folder from scratch, logs its score, and serves from model/code', async () => {
  await fill()
  const { exitCode, log, failure } = await container.train(program)
  expect({ exitCode, failure }).toEqual({ exitCode: 0, failure: '' })
  expect(log).toContain('classes dark & deep, light')
  expect([...log.matchAll(/^epoch=\d+ loss=(\d+\.\d+) main_score=(\d+\.\d+)$/gm)]).toHaveLength(2)
  expect(JSON.parse(/^assay_actual=(.*)$/m.exec(log)?.[1] ?? '')).toMatchObject({ pretrainedOn: null, epochsDone: 2 })
  for (const file of ['train.py', 'assay_detection/serving.py'])
    expect(existsSync(join(container.base, 'model/code', file))).toBe(true)

  const environment = { SAGEMAKER_PROGRAM: 'train.py', SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code' }
  const [image] = await tinyImages(1, 200)
  const tensor = await tensorOf(image?.jpeg ?? Buffer.alloc(0))
  const ended = await container.serve(program, environment, async (invoke) => {
    const answer = await invoke(tensor, { 'content-type': 'application/json' })
    const found = JSON.parse(answer.text) as { boxes: number[][]; labels: number[]; scores: number[] }[]
    expect(found).toHaveLength(1)
    expect(found[0]?.boxes.length).toBe(found[0]?.scores.length)
    for (const label of found[0]?.labels ?? []) expect([1, 2]).toContain(label)
    expect((await invoke('[[1]]', { 'content-type': 'application/json' })).status).toBe(400)
  })
  expect(ended).toBe(0)
}, 60_000)

test('a line less in the script is another run', async () => {
  await fill((script) => script.replace(/^.*await detector\.train\([\s\S]*?\n {2}\)\n/m, ''))
  const { exitCode, log } = await container.train(program)
  expect(exitCode).toBe(0)
  expect(log).not.toContain('main_score=')
  expect(JSON.parse(/^assay_actual=(.*)$/m.exec(log)?.[1] ?? '')).toMatchObject({ epochsDone: 0 })
}, 60_000)

test('the same seed gives the same scores, another seed others', async () => {
  const scores = async (seed: string) => {
    await fill()
    container.hyperparameters({ ...HYPERPARAMETERS, seed })
    return (await container.train(program)).log.match(/loss=\S+/g)
  }
  const first = await scores('5')
  expect(await scores('5')).toEqual(first)
  expect(await scores('6')).not.toEqual(first)
}, 60_000)

test('a script that is told to stop saves what it has and ends well', async () => {
  await fill()
  container.hyperparameters({ ...HYPERPARAMETERS, epochs: '5000' })
  const { exitCode, log } = await container.train(program, 'epoch=1 ')
  expect(exitCode).toBe(0)
  expect(JSON.parse(/^assay_actual=(.*)$/m.exec(log)?.[1] ?? '')).toMatchObject({ pretrainedOn: null })
  expect(existsSync(join(container.base, 'model/detector.bin'))).toBe(true)
}, 60_000)

test('labels follow class-names where the job gives them', async () => {
  await fill()
  container.hyperparameters({ ...HYPERPARAMETERS, epochs: '1', 'class-names': '["light","dark & deep"]' })
  expect((await container.train(program)).log).toContain('classes light, dark & deep')
}, 60_000)

test('a class too many or a broken annotation is said to be the fault of the data', async () => {
  await fill()
  container.hyperparameters({ ...HYPERPARAMETERS, 'num-classes': '2' })
  expect((await container.train(program)).failure).toBe(
    'ClientError: num-classes is 2 with the background, the classes are dark & deep, light, the channels hold dark & deep, light',
  )
  await fill()
  container.write('input/data/training/folder-7/annotations/image_0.xml', '<annotation/>')
  expect((await container.train(program)).failure).toMatch(/^ClientError: .*image_0.xml has no number in width/)
}, 60_000)

test('a pretrained source keeps the best epoch, says so last, and answers an image with boxes', async () => {
  await fill(undefined, 'torchvision')
  const { backbone: _, ...common } = HYPERPARAMETERS
  container.hyperparameters({ ...common, epochs: '4', 'learning-rate': '0.02', network: '"retinanet_resnet50_fpn_v2"' })
  const { exitCode, log, failure } = await container.train(program)
  expect({ exitCode, failure }).toEqual({ exitCode: 0, failure: '' })
  const scores = [...log.matchAll(/^epoch=\d+ loss=\S+ main_score=(\S+)$/gm)].map(([, score]) => Number(score))
  expect(scores).toHaveLength(4)
  const [, epoch, kept] = /^kept: epoch=(\d+) main_score=(\S+)$/m.exec(log) ?? []
  expect(Number(kept)).toBe(Math.max(...scores))
  expect(scores[Number(epoch)]).toBe(Number(kept))
  const actual = JSON.parse(/^assay_actual=(.*)$/m.exec(log)?.[1] ?? '') as object
  expect(actual).toMatchObject({ requested: 'retinanet_resnet50_fpn_v2, fine-tuned' })
  expect(actual).not.toMatchObject({ pretrainedOn: null })

  const environment = { SAGEMAKER_PROGRAM: 'train.py', SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code' }
  const [image] = await tinyImages(1, 200)
  await container.serve(program, environment, async (invoke) => {
    const answer = await invoke(image?.jpeg ?? '', { 'content-type': 'application/x-image' })
    const [found] = JSON.parse(answer.text) as { boxes: number[][]; labels: number[]; scores: number[] }[]
    expect(found?.boxes.length).toBe(found?.scores.length)
    expect((await invoke('[[1]]', { 'content-type': 'application/json' })).status).toBe(400)
    expect((await invoke('no image', { 'content-type': 'image/png' })).status).toBe(400)
  })
}, 60_000)
