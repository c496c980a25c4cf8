// A program for the local cloud in TypeScript: fits y = a x + b to the CSV files of channel `train`, serves predictions.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

const base = process.env['SAGEMAKER_BASE_DIR'] ?? '/opt/ml'

interface Line {
  a: number
  b: number
}

const train = (): void => {
  const folder = join(base, 'input/data/train')
  const points = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.csv'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => line.split(',').map(Number) as [number, number])
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const meanX = mean(points.map(([x]) => x))
  const meanY = mean(points.map(([, y]) => y))
  const a = mean(points.map(([x, y]) => (x - meanX) * (y - meanY))) / mean(points.map(([x]) => (x - meanX) ** 2))
  const line: Line = { a, b: meanY - a * meanX }
  console.log(`mse=${mean(points.map(([x, y]) => (line.a * x + line.b - y) ** 2))};`)
  writeFileSync(join(base, 'model/line.json'), JSON.stringify(line))
}

const serve = (): void => {
  const { a, b } = JSON.parse(readFileSync(join(base, 'model/line.json'), 'utf8')) as Line
  createServer((req, res) => {
    let body = ''
    req.on('data', (chunk: Buffer) => (body += chunk.toString()))
    req.on('end', () => {
      res.setHeader('content-type', 'application/json')
      res.end(req.url === '/ping' ? '' : JSON.stringify({ y: a * Number(body) + b }))
    })
  }).listen(Number(process.env['SAGEMAKER_BIND_TO_PORT'] ?? 8080), '127.0.0.1')
}

if (process.argv.at(-1) === 'train') train()
else serve()
