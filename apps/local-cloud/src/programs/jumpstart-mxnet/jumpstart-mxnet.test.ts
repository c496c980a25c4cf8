import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { jumpStartObjects } from '../../jumpstart/index.ts'
import { packFiles } from '../../jumpstart/pack-files.ts'
import { buildPrograms } from '../testing/built-programs.ts'
import { type Container, createContainer } from '../testing/container.ts'
import { TINY_PX, tinyImages } from '../testing/tiny-images.ts'
import { unpackTarball } from '../container/tarballs.ts'

let programs: Awaited<ReturnType<typeof buildPrograms>>
let program: string
let bucket: Map<string, Buffer>
let container: Container

beforeAll(async () => {
  programs = await buildPrograms()
  program = programs.path('jumpstart-mxnet')
  bucket = new Map((await jumpStartObjects('eu-west-1')).map(({ key, body }) => [key, body]))
})
afterAll(() => programs.remove())
beforeEach(() => {
  container = createContainer()
})
afterEach(() => container.remove())

interface Spec {
  training_prepacked_script_key: string
  training_artifact_key: string
  hosting_script_key: string
}
const readJson = (key: string): unknown => JSON.parse(bucket.get(key)?.toString() ?? 'null')
const newestSpec = () => readJson('community_models/mxnet-od-ssd-512-vgg16-atrous-voc/specs_v2.0.0.json') as Spec
const objectAt = (key: string) => bucket.get(key) ?? Buffer.alloc(0)

/** Category ids as a data set may have them: not consecutive, not from 0. */
const CATEGORY_IDS = [3, 11]

const HYPERPARAMETERS = {
  epochs: '2',
  'batch-size': '8',
  'adam-learning-rate': '0.001',
  'train-only-top-layer': 'False',
  sagemaker_program: '"transfer_learning.py"',
  sagemaker_submit_directory: '"/opt/ml/input/data/code/sourcedir.tar.gz"',
  sagemaker_container_log_level: '20',
}

const fill = async () => {
  const spec = newestSpec()
  container.hyperparameters(HYPERPARAMETERS)
  container.write('input/data/code/sourcedir.tar.gz', objectAt(spec.training_prepacked_script_key))
  container.write('input/data/model/train.tar.gz', objectAt(spec.training_artifact_key))
  const images = await tinyImages(20)
  for (const { name, jpeg } of images) container.write(`input/data/training/images/${name}.jpg`, jpeg)
  container.write(
    'input/data/training/annotations.json',
    JSON.stringify({
      images: images.map(({ name }, id) => ({ id: id + 1, file_name: `${name}.jpg`, width: TINY_PX, height: TINY_PX })),
      annotations: images.map(({ box, classIndex }, id) => ({
        id: id + 1,
        image_id: id + 1,
        bbox: box,
        category_id: CATEGORY_IDS[classIndex],
      })),
    }),
  )
}

test('fine-tunes with the script of the bucket, logs its losses on the fifth held back, and serves', async () => {
  await fill()
  const { exitCode, log, failure } = await container.train(program)
  expect({ exitCode, failure }).toEqual({ exitCode: 0, failure: '' })
  expect([...log.matchAll(/^Epoch \d+, CrossEntropy=(\d+\.\d+), SmoothL1=(\d+\.\d+)$/gm)]).toHaveLength(2)
  expect([...log.matchAll(/^Val_CrossEntropy=(\d+\.\d+), Val_SmoothL1=(\d+\.\d+)$/gm)]).toHaveLength(2)
  const actual: unknown = JSON.parse(/^assay_actual=(.*)$/m.exec(log)?.[1] ?? '')
  expect(actual).toMatchObject({ network: 'latest', epochsDone: 2, trainImages: 16, validationImages: 4 })
  expect(JSON.parse(readFileSync(join(container.base, 'model/assay-model.json'), 'utf8'))).toEqual(actual)

  // As a repacked model archive has it: the inference script under code/.
  container.write('inference.tar.gz', objectAt(newestSpec().hosting_script_key))
  await unpackTarball(join(container.base, 'inference.tar.gz'), join(container.base, 'model/code'))
  const environment = { SAGEMAKER_PROGRAM: 'inference.py', SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code' }
  const [image] = await tinyImages(1, 200)
  const ended = await container.serve(program, environment, async (invoke) => {
    const headers = { 'content-type': 'application/x-image', accept: 'application/json;verbose;n_predictions=3' }
    const answer = JSON.parse((await invoke(image?.jpeg ?? '', headers)).text) as {
      normalized_boxes: number[][]
      classes: number[]
      scores: number[]
      labels: number[]
    }
    expect(answer.labels).toEqual(CATEGORY_IDS)
    expect(answer.normalized_boxes.length).toBeLessThanOrEqual(3)
    expect(answer.classes.length).toBe(answer.normalized_boxes.length)
    expect(answer.scores).toEqual([...answer.scores].sort((a, b) => b - a))
    const brief = await invoke(image?.jpeg ?? '', { ...headers, accept: 'application/json' })
    expect(JSON.parse(brief.text)).not.toHaveProperty('labels')
    expect((await invoke('no image', headers)).status).toBe(400)
  })
  expect(ended).toBe(0)
}, 60_000)

test('it is the submitted script that runs', async () => {
  await fill()
  container.write(
    'input/data/code/sourcedir.tar.gz',
    await packFiles({
      'transfer_learning.py': Buffer.from(''),
      'transfer_learning.mjs': Buffer.from(
        "console.log('epochs', process.env['SM_HP_EPOCHS'], process.argv.slice(2).join(' '))",
      ),
    }),
  )
  const { exitCode, log } = await container.train(program)
  expect(exitCode).toBe(0)
  expect(log).toContain('epochs 2 --adam-learning-rate 0.001 --batch-size 8 --epochs 2 --train-only-top-layer False')
}, 60_000)

test('an archive that is missing, or that lacks the entry point, fails with the reason', async () => {
  await fill()
  container.write('input/data/code/sourcedir.tar.gz', await packFiles({ 'other.py': Buffer.from('') }))
  const lacking = await container.train(program)
  expect(lacking.exitCode).toBe(1)
  expect(lacking.failure).toMatch(/^ClientError: .* holds no transfer_learning.py; it holds other.py$/)
  container.hyperparameters({ ...HYPERPARAMETERS, sagemaker_submit_directory: '"/opt/ml/input/data/nowhere.tar.gz"' })
  expect((await container.train(program)).failure).toMatch(/^ClientError: sagemaker_submit_directory is .*nowhere/)
}, 60_000)

test('data and hyperparameters that the script refuses become the failure reason', async () => {
  await fill()
  container.hyperparameters({ ...HYPERPARAMETERS, 'adam-learning-rate': '7' })
  expect((await container.train(program)).failure).toBe(
    'ClientError: adam-learning-rate is 7, needed a number in [1e-8, 1]',
  )
  container.hyperparameters(HYPERPARAMETERS)
  container.write('input/data/training/annotations.json', '{"images": 3}')
  expect((await container.train(program)).failure).toBe(
    'ClientError: annotations.json needs the lists images and annotations',
  )
}, 60_000)
