import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import { reportSchema } from '@assay/contracts'
import { makeRunFolder, repositoryRoot } from '@assay/dev'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { processesOf } from './leftovers.ts'

/** Counts whoever knocks. */
const startSentinel = async (make: (knock: () => void) => Server) => {
  let knocks = 0
  const server = make(() => knocks++)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return { port: (server.address() as AddressInfo).port, knocks: () => knocks, close: () => server.close() }
}

const run = (args: readonly string[], env: NodeJS.ProcessEnv) =>
  new Promise<{ code: number | null; output: string }>((resolve) => {
    let output = ''
    const child = spawn(process.execPath, [join(repositoryRoot, 'apps/dev/bin/demo.cjs'), ...args], { env })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk))
    child.on('exit', (code) => resolve({ code, output }))
  })

describe('the quick demo, run by somebody with AWS and Redis settings of their own', () => {
  let cloud: Awaited<ReturnType<typeof startSentinel>>
  let redis: Awaited<ReturnType<typeof startSentinel>>
  let result: Awaited<ReturnType<typeof run>>
  const jsonFile = join(makeRunFolder('test'), 'report.json')

  beforeAll(async () => {
    cloud = await startSentinel((knock) => createHttpServer((_request, response) => response.end(knock())))
    redis = await startSentinel((knock) =>
      createTcpServer((socket) => {
        knock()
        socket.end()
      }),
    )
    const cloudUrl = `http://127.0.0.1:${cloud.port}`
    result = await run(['--quick', '--exit', '--json', jsonFile], {
      ...process.env,
      AWS_PROFILE: 'production',
      AWS_ACCESS_KEY_ID: 'AKIASENTINEL',
      AWS_SECRET_ACCESS_KEY: 'sentinel',
      AWS_ENDPOINT_URL: cloudUrl,
      AWS_ENDPOINT_URL_S3: cloudUrl,
      AWS_ENDPOINT_URL_SAGEMAKER: cloudUrl,
      REDIS_URL: `redis://127.0.0.1:${redis.port}`,
      ASSAY_REDIS_URL: `redis://127.0.0.1:${redis.port}`,
      ASSAY_CLOUD_URL: cloudUrl,
    })
  }, 240_000)
  afterAll(() => {
    cloud.close()
    redis.close()
  })

  test('ends well', () => {
    expect(result.output).toMatch(/^succeeded after/m)
    expect(result.code).toBe(0)
  })

  test('touches none of them', () => {
    expect({ cloud: cloud.knocks(), redis: redis.knocks() }).toEqual({ cloud: 0, redis: 0 })
  })

  test('says what it did beside what the study did, and that these are stand-ins', () => {
    expect(result.output).toMatch(/4 epochs a training \(the study: 100\), 2 trials a tuning job \(the study: 20\)/)
    expect(result.output).toMatch(/Local stand-ins/)
    expect(result.output).toMatch(/notional \$/)
  })

  test('writes the report: five approaches, scored, paid for, nothing left in the cloud', () => {
    const report = reportSchema.parse(JSON.parse(readFileSync(jsonFile, 'utf8')))
    const { train, validation, test: testImages } = report.split
    expect(train + validation + testImages).toBeGreaterThanOrEqual(180)
    expect(report.approaches.map(({ status }) => status)).toEqual(Array(5).fill('succeeded'))
    for (const { stats, trainingCostUsd, trials, id } of report.approaches) {
      expect(stats).toHaveLength(12)
      expect(trainingCostUsd).toBeGreaterThan(0)
      expect(trials).toHaveLength(id.endsWith('-hpo') ? 2 : 1)
    }
    expect(report.cleanup).toEqual({ remaining: [] })
  })

  test('leaves the report and everything behind it as files', () => {
    const html = /^report +(\S+)$/m.exec(result.output)?.[1] ?? ''
    const files = ['report.html', 'report.json', 'ground-truth.coco.json', 'predictions/type-1.coco.json']
    expect(files.filter((file) => !existsSync(join(dirname(html), file)))).toEqual([])
  })

  test.skipIf(process.platform !== 'linux')('leaves no process', () => {
    const folder = /^run +(\S+)$/m.exec(result.output)?.[1] ?? 'no run folder was printed'
    expect(processesOf(folder)).toEqual([])
  })
})

test.each([
  { args: ['--colour'], why: /--colour/ },
  { args: ['--workers', 'infer=0'], why: /infer=3/ },
  { args: ['--seed', 'x'], why: /--seed "x" met/ },
])('the demo with $args ends with 2 and says what is wrong', async ({ args, why }) => {
  const { code, output } = await run(args, process.env)
  expect(code).toBe(2)
  expect(output).toMatch(why)
})

test('a second set-up has nothing to do', async () => {
  await run(['--help'], process.env)
  expect((await run(['--help'], process.env)).output).toMatch(/^set-up +packages and programs are up to date/)
})
