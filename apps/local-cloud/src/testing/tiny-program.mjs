// A program under the container contract, as small as it gets: what a user of the local cloud might bring along.
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

const base = process.env.SAGEMAKER_BASE_DIR ?? '/opt/ml'
const read = (path) => readFileSync(join(base, path), 'utf8')

if (process.argv[2] === 'train') {
  const hyperparameters = JSON.parse(read('input/config/hyperparameters.json'))
  const files = readdirSync(join(base, 'input/data/train'), { recursive: true }).sort((a, b) => (a < b ? -1 : 1))
  console.log(`hyperparameters ${JSON.stringify(hyperparameters)}`)
  console.log(`files ${files.join(' ')}`)
  console.log(`environment ${Object.keys(process.env).sort().join(' ')}`)
  if (hyperparameters.fail) {
    writeFileSync(join(base, 'output/failure'), hyperparameters.fail)
    process.exit(1)
  }
  if (existsSync(join(base, 'checkpoints'))) appendFileSync(join(base, 'checkpoints/lives.txt'), 'life\n')
  if (hyperparameters.hang) {
    process.on('SIGTERM', () => {
      writeFileSync(join(base, 'model/model.txt'), 'stopped')
      process.exit(0)
    })
    setInterval(() => {}, 1000)
  } else writeFileSync(join(base, 'model/model.txt'), `model of ${hyperparameters.x}`)
  console.error(`loss=${hyperparameters.x ?? 1};`)
} else {
  const model = read('model/model.txt')
  let asked = 0
  createServer((req, res) => {
    if (req.url === '/ping') {
      res.end()
      return
    }
    const parts = []
    req.on('data', (part) => parts.push(part))
    req.on('end', () => {
      const body = Buffer.concat(parts).toString()
      if (body === 'crash') process.exit(3)
      asked += 1
      res.statusCode = body === 'bad' ? 400 : body === 'third time' && asked < 3 ? 503 : 200
      res.setHeader('content-type', 'text/plain')
      res.end(`${model} got ${body} as ${req.headers['content-type']}`)
    })
  }).listen(Number(process.env.SAGEMAKER_BIND_TO_PORT), '127.0.0.1')
}
