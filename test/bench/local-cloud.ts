// Measures the local cloud with a plain HTTP client: describes, lists and creates over many scripted jobs, puts and gets of small
// objects, against a bare Node server as the floor and with the AWS SDK's figures beside. Server and client are two processes.
// `npm run bench:local-cloud -- [jobs] [finished jobs] [objects]`
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DescribeTrainingJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker'

const jobs = Number(process.argv[2] ?? 10_000)
const finished = Number(process.argv[3] ?? 100_000)
const objects = Number(process.argv[4] ?? 100_000)
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

/** Calls per CPU second of the bare server, which the others' share is of: a figure that a busy machine leaves alone. */
let floorPerCpuSecond: number | undefined

/** Runs `count` calls, 16 at a time; prints calls per second, also per CPU second of the server and as a share of the floor's, and the target. */
const measure = async (
  title: string,
  count: number,
  run: (index: number) => Promise<unknown>,
  { pid, target }: { pid: number; target?: number },
): Promise<void> => {
  const cpuBefore = cpuSeconds(pid)
  const before = performance.now()
  let next = 0
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (next < count) await run(next++)
    }),
  )
  const seconds = (performance.now() - before) / 1000
  const used = cpuSeconds(pid) - cpuBefore
  const perSecond = count / seconds
  const perCpuSecond = count / Math.max(used, 1 / ticksPerSecond)
  floorPerCpuSecond ??= perCpuSecond
  const perCpu = `, ${Math.round(perCpuSecond)} per server CPU second, ${(perCpuSecond / floorPerCpuSecond).toFixed(2)} of the floor`
  const aim =
    target === undefined ? '' : `, ${(perCpuSecond / target).toFixed(1)} times the ${target}/s aimed at on one core`
  console.log(`${title}: ${Math.round(perSecond)}/s (${count} in ${seconds.toFixed(2)} s${perCpu})${aim}`)
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
  await measure('floor: bare Node server', 20_000, () => json(floor.url, 'Nothing', {}), {
    pid: floor.child.pid ?? 0,
  })
  floor.child.kill()

  const { url, child } = await start(['dist/local-cloud.js', '--port', '0', '--data', folder])
  const pid = child.pid ?? 0
  await measure(
    'CreateTrainingJob, finished at once',
    finished,
    (index) => json(url, 'CreateTrainingJob', training(`old-${index}`, '0')),
    { pid },
  )
  const runningSince = Date.now() / 1000
  await measure(
    'CreateTrainingJob, running for an hour',
    jobs,
    (index) => json(url, 'CreateTrainingJob', training(`job-${index}`, '3600')),
    { pid },
  )
  console.log(`resident: ${residentMiB(pid)} MiB with ${jobs + finished} jobs`)
  await measure(
    'DescribeTrainingJob',
    20_000,
    (index) => json(url, 'DescribeTrainingJob', { TrainingJobName: `job-${index % jobs}` }),
    { pid, target: 2000 },
  )
  const pageThrough = (filters: Record<string, unknown>) => {
    let NextToken: string | undefined
    return async () => {
      const text = (await json(url, 'ListTrainingJobs', { MaxResults: 100, NextToken, ...filters })).toString()
      NextToken = (JSON.parse(text) as { NextToken?: string }).NextToken
    }
  }
  const lists: [what: string, filters: Record<string, unknown>][] = [
    ['all', {}],
    ['StatusEquals InProgress', { StatusEquals: 'InProgress' }],
    ['NameContains, all finished ones passed over', { NameContains: 'job-' }],
    ['by Name, backwards', { SortBy: 'Name', SortOrder: 'Descending', NameContains: 'job-' }],
    ['CreationTimeAfter the last finished one', { CreationTimeAfter: runningSince }],
    ['LastModifiedTimeAfter, none changed', { LastModifiedTimeAfter: Date.now() / 1000 + 60 }],
    ['LastModifiedTimeAfter the last finished one', { LastModifiedTimeAfter: runningSince }],
  ]
  for (const [what, filters] of lists)
    await measure(`ListTrainingJobs, 100 a page: ${what}`, 2000, pageThrough(filters), { pid, target: 500 })
  const sdk = new SageMakerClient({
    endpoint: url.href,
    region: 'us-east-1',
    credentials: { accessKeyId: 'l', secretAccessKey: 'l' },
  })
  await measure(
    'DescribeTrainingJob through the AWS SDK',
    3000,
    (index) => sdk.send(new DescribeTrainingJobCommand({ TrainingJobName: `job-${index % jobs}` })),
    { pid },
  )

  await call(url, 'PUT', '/bench', {})
  const body = Buffer.alloc(20_000, 'x')
  console.log(`resident: ${residentMiB(pid)} MiB before the objects`)
  for (const [title, first] of [
    ['S3 put of 20 kB', 0],
    ['S3 put of 20 kB, as many more', objects / 2],
    ['S3 put of 20 kB, over those', 0],
  ] as const) {
    const put = (index: number) => call(url, 'PUT', `/bench/o/${first + index}`, {}, body)
    await measure(title, objects / 2, put, { pid, target: 3000 })
    console.log(`resident: ${residentMiB(pid)} MiB`)
  }
  const get = (index: number) => call(url, 'GET', `/bench/o/${(index * 7919) % objects}`, {})
  await measure('S3 get of 20 kB', 20_000, get, { pid, target: 3000 })
} finally {
  started.forEach((child) => child.kill('SIGKILL'))
  rmSync(folder, { recursive: true, force: true })
}
process.exit(0)
