import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { S3Client } from '@aws-sdk/client-s3'
import { approachSpecSchema } from '@assay/contracts'
import { evaluate, parseDetections, parseGroundTruth } from '@assay/evaluation'
import { createRecipes, recipeOf, shippedSourceFiles } from '@assay/recipes'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { packFiles } from '../jumpstart/pack-files.ts'
import { type Container, createContainer } from '../programs/testing/container.ts'
import { TINY_PX, tinyImages } from '../programs/testing/tiny-images.ts'
import { fillVocChannel } from '../programs/testing/voc-channel.ts'

vi.setConfig({ testTimeout: 300_000 })

const PYTHON = '/usr/bin/python3'
const program = fileURLToPath(new URL('script_mode.py', import.meta.url))
const hasTorch = spawnSync(PYTHON, ['-c', 'import torch, torchvision']).status === 0
if (!hasTorch) console.log(`${PYTHON} has no torch and torchvision: the PyTorch sources were not seen to run`)

type Source = Parameters<typeof shippedSourceFiles>[0]
const categories = [
  { id: 7, name: 'light' },
  { id: 9, name: 'dark & deep' },
]
const names = JSON.stringify(categories.map(({ name }) => name))

let container: Container
beforeEach(() => {
  container = createContainer(PYTHON)
})
afterEach(() => container.remove())

/** As the recipe sends them: every value as JSON. */
const ask = (values: Record<string, string | number>) =>
  container.hyperparameters(
    Object.fromEntries(
      Object.entries({
        'batch-size': 4,
        'num-classes': 3,
        'class-names': names,
        'image-size': TINY_PX,
        seed: 5,
        sagemaker_program: 'train.py',
        sagemaker_submit_directory: '/opt/ml/input/data/code/sourcedir.tar.gz',
        ...values,
      }).map(([name, value]) => [name, JSON.stringify(value)]),
    ),
  )

const fill = async (source: Source) => {
  const files = await shippedSourceFiles(source)
  const contents = Object.fromEntries(files.map(({ name, path }) => [name, readFileSync(path)]))
  container.write('input/data/code/sourcedir.tar.gz', await packFiles(contents))
  fillVocChannel(container, 'training', await tinyImages(8))
  fillVocChannel(container, 'validation', await tinyImages(4, 100))
}

const runPython = (script: string, cwd = container.base): string => {
  const { stdout, stderr } = spawnSync(PYTHON, ['-c', script], { cwd })
  expect(stderr.toString()).toBe('')
  return stdout.toString()
}

/** Weights of a detector of COCO's classes as torchvision publishes them, but drawn at random, into the channel. */
const giveWeights = () => {
  mkdirSync(join(container.base, 'input/data/weights'))
  runPython(`import torch; from torchvision.models import get_model; torch.manual_seed(1)
torch.save(get_model("fcos_resnet50_fpn", weights=None, weights_backbone=None).state_dict(), "input/data/weights/coco.pth")`)
}

const epochLines = (log: string) => log.match(/^epoch=.*$/gm) ?? []
const actualIn = (log: string) => JSON.parse(/^assay_actual=(.*)$/m.exec(log)?.[1] ?? '{}') as object

const formatOf = (source: Source) => {
  const recipes = createRecipes({ s3: new S3Client({ region: 'us-east-1' }), region: 'us-east-1', bucket: 'assay' })
  const spec = approachSpecSchema.parse({ id: 'a', recipe: 'pytorch-script', source })
  return recipeOf(recipes, spec).inference(spec)
}

/** Asks the trained model about a picture as a worker would, and reads the answer as a worker would. */
const detectionsOf = async (source: Source) => {
  const format = await formatOf(source)
  const [image] = await tinyImages(1, 200)
  const size = { widthPx: TINY_PX, heightPx: TINY_PX }
  const { body, sent } = await format.encode(image?.jpeg ?? Buffer.alloc(0), size)
  const environment = { SAGEMAKER_PROGRAM: 'train.py', SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code' }
  let found: ReturnType<typeof format.decode> = []
  const exitCode = await container.serve(program, environment, async (invoke) => {
    const answer = await invoke(body, { 'content-type': format.contentType, accept: format.accept })
    expect(answer).toMatchObject({ status: 200, contentType: 'application/json' })
    found = format.decode(new TextEncoder().encode(answer.text), { original: size, sent, classes: categories })
    expect((await invoke('no such thing', { 'content-type': 'text/plain' })).status).toBe(400)
  })
  expect(exitCode).toBe(0)
  return found
}

describe.skipIf(!hasTorch)('with PyTorch', () => {
  test('ddn trains from scratch, and answers what the recipe reads', async () => {
    await fill('ddn')
    ask({ epochs: 1, backbone: 'resnet34', 'learning-rate': 0.001 })
    const { exitCode, log, failure } = await container.train(program)
    expect({ exitCode, failure }).toEqual({ exitCode: 0, failure: '' })
    expect(log).toContain('training 8 images, validation 4 images, classes light, dark & deep')
    expect(epochLines(log)).toEqual([expect.stringMatching(/^epoch=0 loss=\d+\.\d+ main_score=[01]\.\d+$/)])
    expect(actualIn(log)).toMatchObject({ network: 'faster-rcnn-resnet34-fpn', pretrainedOn: null, epochsDone: 1 })
    const found = await detectionsOf('ddn')
    expect(found.length).toBeGreaterThan(0)
    for (const { categoryId, score, box } of found) {
      expect([7, 9]).toContain(categoryId)
      expect(score).toBeGreaterThanOrEqual(0.01)
      expect(box[0] + box[2]).toBeLessThanOrEqual(TINY_PX)
    }
  })

  test('an interrupted fine-tuning goes on as if nothing had been, and the best epoch is kept and served', async () => {
    await fill('torchvision')
    giveWeights()
    ask({ epochs: 2, network: 'fcos_resnet50_fpn', 'learning-rate': 0.001 })
    const whole = await container.train(program)
    expect(whole).toMatchObject({ exitCode: 0, failure: '' })
    expect(epochLines(whole.log)).toHaveLength(2)

    mkdirSync(join(container.base, 'checkpoints'))
    const interrupted = await container.train(program, 'epoch=0 ')
    expect(interrupted).toMatchObject({ exitCode: 0, failure: '' })
    expect(actualIn(interrupted.log)).toMatchObject({ epochsDone: 1 })
    const resumed = await container.train(program)
    expect(resumed.log).toContain('the training goes on after 1 epochs')
    expect([...epochLines(interrupted.log), ...epochLines(resumed.log)]).toEqual(epochLines(whole.log))

    const [, epoch = '', kept] = /^kept: epoch=(\d+) main_score=(\S+)$/m.exec(resumed.log) ?? []
    const scores = epochLines(whole.log).map((line) => /main_score=(\S+)/.exec(line)?.[1])
    expect(kept).toBe(scores[Number(epoch)])
    expect(Number(kept)).toBe(Math.max(...scores.map(Number)))
    expect(actualIn(resumed.log)).toMatchObject({ network: 'fcos_resnet50_fpn', pretrainedOn: 'COCO', epochsDone: 2 })
    const isBest = `import torch
best = torch.load("checkpoints/newest.pth", weights_only=False)["progress"]["best"]["state"]
kept = torch.load("model/model.pth")["state"]
print(all(torch.equal(kept[name], best[name]) for name in best))`
    expect(runPython(isBest)).toBe('True\n')
    expect((await detectionsOf('torchvision')).length).toBeGreaterThan(0)
  })

  test('weights of another network are said to be the fault of who gave them', async () => {
    await fill('torchvision')
    giveWeights()
    ask({ epochs: 1, network: 'retinanet_resnet50_fpn_v2' })
    const { exitCode, failure } = await container.train(program)
    expect(exitCode).toBe(1)
    expect(failure).toMatch(
      /^ClientError: the weights are not those of retinanet_resnet50_fpn_v2: \d+ tensors do not fit/,
    )
  })

  test('main_score is the mAP of the report', async () => {
    for (const { name, path } of await shippedSourceFiles('ddn')) container.write(`code/${name}`, readFileSync(path))
    const { images, truth, found } = aPopulation()
    container.write('population.json', JSON.stringify({ images, truth, found }))
    const script = `import json, torch
from assay_detection.main_score import mean_average_precision
population = json.load(open("../population.json"))
def rows(kind, image):
    mine = [one for one in population[kind] if one["image_id"] == image]
    boxes = torch.tensor([[x, y, x + w, y + h] for x, y, w, h in (one["bbox"] for one in mine)], dtype=torch.float64)
    return {"boxes": boxes.reshape(-1, 4), "labels": torch.tensor([one["category_id"] for one in mine]),
            "scores": torch.tensor([one.get("score", 1) for one in mine], dtype=torch.float64)}
print(mean_average_precision([(rows("found", image), rows("truth", image)) for image in population["images"]], 4))`
    const score = Number(runPython(script, join(container.base, 'code')))
    const truthDocument = {
      images: images.map((id) => ({ id, width: 100, height: 100 })),
      annotations: truth.map((one, index) => ({ ...one, id: index + 1, area: one.bbox[2] * one.bbox[3], iscrowd: 0 })),
      categories: [1, 2, 3].map((id) => ({ id, name: String(id) })),
    }
    const groundTruth = parseGroundTruth(truthDocument)
    const [map] = evaluate(groundTruth, parseDetections(found, groundTruth)).stats
    expect(map).toBeGreaterThan(0.1)
    expect(score).toBeCloseTo(map ?? 0, 9)
  })
})

/** Objects of three classes, the third without any, and detections near some of them; all from a fixed series. */
const aPopulation = () => {
  let state = 7
  const next = (below: number) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
  const images = Array.from({ length: 12 }, (_, index) => index + 1)
  const truth = images.flatMap((image_id) =>
    Array.from({ length: 1 + next(4) }, () => ({
      image_id,
      category_id: 1 + next(2),
      bbox: [next(50), next(50), 15 + next(30), 15 + next(30)] as [number, number, number, number],
    })),
  )
  const near = truth.flatMap(({ image_id, category_id, bbox: [x, y, w, h] }) =>
    Array.from({ length: 1 + next(3) }, () => ({
      image_id,
      category_id: next(6) === 0 ? 3 - category_id : category_id,
      bbox: [x + next(7), y + next(7), w + next(5), h + next(5)] as [number, number, number, number],
    })),
  )
  return { images, truth, found: near.map((one, index) => ({ ...one, score: ((index * 37) % 101) / 101 })) }
}
