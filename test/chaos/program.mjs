// What the local cloud trains and serves in a chaos test: a program under the container contract that takes milliseconds and whose
// every answer is a hash of what it was given, so that a wrong byte anywhere shows in the predictions.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const base = process.env.SAGEMAKER_BASE_DIR
const epochMs = 60

const hashOf = (...parts) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

const channelHash = () => {
  const folder = join(base, 'input/data')
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  return hashOf(...files.flatMap((file) => [file.slice(folder.length), readFileSync(file)]))
}

const train = async () => {
  const given = JSON.parse(readFileSync(join(base, 'input/config/hyperparameters.json'), 'utf8'))
  if (['weight_decay', 'weight-decay'].some((name) => given[name] === '1')) {
    writeFileSync(join(base, 'output/failure'), 'a weight decay of 1 leaves no weights')
    process.exit(1)
  }
  const settings = Object.entries(given)
    .filter(([name]) => !name.startsWith('sagemaker_') && !name.startsWith('_tuning'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const model = hashOf(JSON.stringify(settings), channelHash())
  const score = (model[0] / 255).toFixed(6)
  for (let epoch = 0; epoch < Number(given.epochs ?? 1); epoch++) {
    await sleep(epochMs)
    console.log(`#quality_metric: host=algo-1, epoch=${epoch}, validation mAP <score>=(${score})`)
    console.log(`epoch=${epoch} loss=${(1 / (epoch + 1)).toFixed(6)} main_score=${score}`)
  }
  writeFileSync(join(base, 'model/model.txt'), model.toString('hex'))
}

/** Three boxes in units of the image's side, from the bytes of a hash. */
const boxesOf = (bytes) =>
  [0, 1, 2].map((index) => {
    const [left, top, width, height, score, kind] = bytes.subarray(index * 6, index * 6 + 6)
    const [x, y] = [left / 512, top / 512]
    return { corners: [x, y, x + width / 512 + 0.01, y + height / 512 + 0.01], score: (score + 1) / 256, kind }
  })

const answer = (model, body, contentType) => {
  const boxes = boxesOf(hashOf(model, body))
  if (contentType === 'application/x-image')
    return { prediction: boxes.map(({ corners, score, kind }) => [kind % 2, score, ...corners]) }
  const [[plane]] = JSON.parse(body.toString())
  const [height, width] = [plane.length, plane[0].length]
  return [
    {
      boxes: boxes.map(({ corners: [a, b, c, d] }) => [a * width, b * height, c * width, d * height]),
      labels: boxes.map(({ kind }) => (kind % 2) + 1),
      scores: boxes.map(({ score }) => score),
    },
  ]
}

const serve = () => {
  const model = readFileSync(join(base, 'model/model.txt'), 'utf8')
  createServer((request, response) => {
    const parts = []
    request.on('data', (part) => parts.push(part))
    request.on('end', () => {
      response.setHeader('content-type', 'application/json')
      if (request.url === '/ping') response.end()
      else response.end(JSON.stringify(answer(model, Buffer.concat(parts), request.headers['content-type'])))
    })
  }).listen(Number(process.env.SAGEMAKER_BIND_TO_PORT), '127.0.0.1')
}

if (process.argv[2] === 'train') await train()
else serve()
