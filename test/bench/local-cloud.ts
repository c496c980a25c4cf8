// Measures the local cloud with a plain HTTP client: describes, lists and creates over many scripted jobs, puts and gets of small
// objects, against a bare Node server as the floor and with the AWS SDK's figures beside. Server and client are two processes.
// `npm run build && node apps/dev/bin/run-ts.mjs test/bench/local-cloud.ts [jobs] [finished jobs]`
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DescribeTrainingJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker'

const jobs = Number(process.argv[2] ?? 10_000)
const finished = Number(process.argv[3] ?? 100_000)
const objects = 100_000
const agent = new Agent({ keepAlive: true, maxSockets: 32 })

const started: ChildProcess[] = []
process.once('exit', () => started.forEach((child) => child.kill('SIGKILL')))

const start = async (argv: string[]): Promise<{ url: URL; child: ChildProcess }> => {
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
  started.push(child)
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /http:\/\/\S+/.exec(line)?.[0]
    if (address) return { url: new URL(address), child }
  }
  throw new Error('the server did not say its address')
}

const call = (url: URL, method: string, path: string, headers: Record<string, string>, body?: string | Buffer) =>
  new Promise<Buffer>((resolve, reject) => {
    const sent = request(
      {
        agent,
        host: url.hostname,
        port: url.port,
        method,
        path,
        headers: { ...headers, 'content-length': Buffer.byteLength(body ?? '') },
      },
      (res) => {
        const chunks: Buffer[] = []
        res.on('data', (chunk: Buffer) => chunks.push(chunk))
        res.on('end', () => {
          const answer = Buffer.concat(chunks)
          if ((res.statusCode ?? 500) < 300) resolve(answer)
          else reject(new Error(`${res.statusCode} ${answer.toString('utf8')}`))
        })
      },
    )
    sent.once('error', reject)
    sent.end(body)
  })

const json = (url: URL, operation: string, input: unknown) =>
  call(
    url,
    'POST',
    '/',
    { 'x-amz-target': `SageMaker.${operation}`, 'content-type': 'application/x-amz-json-1.1' },
    JSON.stringify(input),
  )

/** Runs `count` calls, 16 at a time, and prints calls per second and CPU seconds of the server. */
const measure = async (
  title: string,
  count: number,
  run: (index: number) => Promise<unknown>,
  pid?: number,
): Promise<void> => {
  const cpu = () => (pid === undefined ? 0 : cpuSeconds(pid))
  const cpuBefore = cpu()
  const before = performance.now()
  let next = 0
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (next < count) await run(next++)
    }),
  )
  const seconds = (performance.now() - before) / 1000
  const used = cpu() - cpuBefore
  const perCpu = used > 0 ? `, ${Math.round(count / used)}/s per server CPU second` : ''
  console.log(`${title}: ${Math.round(count / seconds)}/s (${count} in ${seconds.toFixed(2)} s${perCpu})`)
}

const ticksPerSecond = 100
const stat = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
const cpuSeconds = (pid: number): number => (Number(stat(pid)[11]) + Number(stat(pid)[12])) / ticksPerSecond
const residentMiB = (pid: number): number =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024)

const training = (name: string, seconds: string) => ({
  TrainingJobName: name,
  RoleArn: 'arn:aws:iam::123456789012:role/local',
  AlgorithmSpecification: { TrainingImage: 'local/scripted:1', TrainingInputMode: 'File' },
  HyperParameters: { duration_seconds: seconds, artifact: 'no' },
  OutputDataConfig: { S3OutputPath: 's3://bench/out' },
  ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
  StoppingCondition: { MaxRuntimeInSeconds: 86_400 },
})

const folder = mkdtempSync(join(tmpdir(), 'bench-'))
try {
  const floor = await start([
    '-e',
    'const s=require("http").createServer((q,r)=>{q.resume();q.on("end",()=>r.end("{}"))}).listen(0,"127.0.0.1",()=>console.log("http://127.0.0.1:"+s.address().port))',
  ])
  await measure('floor: bare Node server', 20_000, () => json(floor.url, 'Nothing', {}), floor.child.pid)
  floor.child.kill()

  const { url, child } = await start(['dist/local-cloud.js', '--port', '0', '--data', folder])
  const pid = child.pid ?? 0
  await measure(
    'CreateTrainingJob, finished at once',
    finished,
    (index) => json(url, 'CreateTrainingJob', training(`old-${index}`, '0')),
    pid,
  )
  await measure(
    'CreateTrainingJob, running for an hour',
    jobs,
    (index) => json(url, 'CreateTrainingJob', training(`job-${index}`, '3600')),
    pid,
  )
  console.log(`resident: ${residentMiB(pid)} MiB with ${jobs + finished} jobs`)
  await measure(
    'DescribeTrainingJob',
    20_000,
    (index) => json(url, 'DescribeTrainingJob', { TrainingJobName: `job-${index % jobs}` }),
    pid,
  )
  let NextToken: string | undefined
  await measure(
    'ListTrainingJobs, 100 a page',
    2000,
    async () => {
      const page = JSON.parse((await json(url, 'ListTrainingJobs', { MaxResults: 100, NextToken })).toString()) as {
        NextToken?: string
      }
      NextToken = page.NextToken
    },
    pid,
  )
  await measure(
    'ListTrainingJobs, 100 a page, by name, all finished jobs passed over',
    100,
    () =>
      json(url, 'ListTrainingJobs', { MaxResults: 100, SortBy: 'Name', SortOrder: 'Descending', NameContains: 'job-' }),
    pid,
  )
  const sdk = new SageMakerClient({
    endpoint: url.href,
    region: 'us-east-1',
    credentials: { accessKeyId: 'l', secretAccessKey: 'l' },
  })
  await measure(
    'DescribeTrainingJob through the AWS SDK',
    3000,
    (index) => sdk.send(new DescribeTrainingJobCommand({ TrainingJobName: `job-${index % jobs}` })),
    pid,
  )

  await call(url, 'PUT', '/bench', {})
  const body = Buffer.alloc(20_000, 'x')
  const before = residentMiB(pid)
  await measure('S3 put of 20 kB', objects, (index) => call(url, 'PUT', `/bench/o/${index}`, {}, body), pid)
  await measure('S3 get of 20 kB', 20_000, (index) => call(url, 'GET', `/bench/o/${index % objects}`, {}), pid)
  console.log(`resident: ${before} MiB before, ${residentMiB(pid)} MiB after ${objects} objects`)
} finally {
  started.forEach((child) => child.kill('SIGKILL'))
  rmSync(folder, { recursive: true, force: true })
}
process.exit(0)
