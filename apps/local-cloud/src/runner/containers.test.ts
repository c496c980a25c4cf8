import { spawn } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateTrainingJobCommand,
  type CreateTrainingJobCommandInput,
  DescribeEndpointCommand,
  DescribeTrainingJobCommand,
  StopTrainingJobCommand,
} from '@aws-sdk/client-sagemaker'
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime'
import { build } from 'esbuild'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startLocalCloud } from '../start-local-cloud.ts'
import { aCloud, aTrainingJob, eventually, role } from '../testing/a-cloud.ts'
import { createContainers } from './containers.ts'
import { loadRegistry } from './registry.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const image = '123456789012.dkr.ecr.us-east-1.amazonaws.com/boxed:1'
const path = process.env['PATH']
let bin: string
let cloud: Awaited<ReturnType<typeof aCloud>>

const testing = (name: string) => fileURLToPath(new URL(`../testing/${name}`, import.meta.url))
const calls = (command?: string): string[][] =>
  readFileSync(join(bin, 'calls.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as string[])
    .filter(([name]) => command === undefined || name === command)
const running = () => readdirSync(join(bin, 'containers'))
const writeRegistry = (entry: unknown) => {
  const file = join(bin, 'registry.json')
  writeFileSync(file, JSON.stringify({ '*/boxed:*': entry }))
  return file
}

beforeEach(async () => {
  bin = mkdtempSync(join(tmpdir(), 'fake-docker-'))
  mkdirSync(join(bin, 'containers'))
  copyFileSync(testing('tiny-program.mjs'), join(bin, 'program.mjs'))
  // Under the name that is looked for on the PATH; .mjs is what makes it a module, hence the two lines.
  copyFileSync(testing('fake-docker.mjs'), join(bin, 'docker.mjs'))
  writeFileSync(join(bin, 'docker'), `#!/bin/sh\nexec ${process.execPath} ${bin}/docker.mjs "$@"\n`)
  chmodSync(join(bin, 'docker'), 0o755)
  process.env['PATH'] = `${bin}:${path}`
  cloud = await aCloud({ registryFile: writeRegistry({ docker: { arguments: ['--shm-size', '1g'] } }) })
})
afterEach(async () => {
  await cloud.end()
  process.env['PATH'] = path
  rmSync(bin, { recursive: true, force: true })
})

const train = (
  name: string,
  hyperparameters: Record<string, string>,
  rest: Partial<CreateTrainingJobCommandInput> = {},
) =>
  cloud.sagemaker.send(
    new CreateTrainingJobCommand(
      aTrainingJob(name, hyperparameters, {
        AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: 'File' },
        ...rest,
      }),
    ),
  )
const status = (name: string) => cloud.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }))
const ended = (name: string) =>
  eventually(
    () => status(name),
    ({ TrainingJobStatus }) => /Completed|Failed|Stopped/.test(TrainingJobStatus ?? ''),
  )

test('a training job in a container: the whole command line, and a model at the end', async () => {
  await train('boxed-1', { x: '4' }, { Environment: { LINES: 'one\ntwo', A: '1' }, EnableNetworkIsolation: true })
  expect(await ended('boxed-1')).toMatchObject({ TrainingJobStatus: 'Completed' })
  const base = join(cloud.folder, 'data/sagemaker/jobs/boxed-1')
  expect(calls('run')).toEqual([
    [
      'run',
      '--rm',
      '--name',
      expect.stringMatching(/^assay-boxed-1-[0-9a-f]{8}$/),
      '--label',
      `assay.local-cloud.data=${join(cloud.folder, 'data')}`,
      '--mount',
      `type=bind,source=${base},target=/opt/ml`,
      '--mount',
      `type=bind,source=${base}/input/data,target=/opt/ml/input/data,readonly`,
      '--env',
      'AWS_REGION=us-east-1',
      '--env',
      'LINES=one\ntwo',
      '--env',
      'A=1',
      '--env',
      'TRAINING_JOB_NAME=boxed-1',
      '--env',
      'TRAINING_JOB_ARN=arn:aws:sagemaker:us-east-1:123456789012:training-job/boxed-1',
      '--network',
      'none',
      '--shm-size',
      '1g',
      image,
      'train',
    ],
  ])
})

test('ContainerEntrypoint and ContainerArguments take the place of the image’s own and of train', async () => {
  const own = { ContainerEntrypoint: ['/bin/run', '-x'], ContainerArguments: ['train', 'now'] }
  await train('entry', {}, { AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: 'File', ...own } })
  await ended('entry')
  const [words = []] = calls('run')
  expect(words.slice(words.indexOf('--entrypoint')).join(' ')).toBe(
    `--entrypoint /bin/run --shm-size 1g ${image} -x train now`,
  )
})

test('StopTrainingJob reaches the program in its container, which leaves its model', async () => {
  await train('stopped', { hang: '1' })
  await eventually(
    async () => running(),
    ({ length }) => length === 1,
  )
  await eventually(
    () => status('stopped'),
    ({ SecondaryStatus }) => SecondaryStatus === 'Training',
  )
  await cloud.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: 'stopped' }))
  expect((await ended('stopped')).ModelArtifacts?.S3ModelArtifacts).toBeDefined()
  expect(running()).toEqual([])
})

test('a container that cannot be started fails the job with what docker said', async () => {
  await cloud.end()
  cloud = await aCloud({ registryFile: writeRegistry({ docker: { image: 'known/absent:1' } }) })
  await train('absent', {})
  expect((await ended('absent')).FailureReason).toMatch(
    /^InternalServerError: .*docker run ended with 125: .*pull access denied/,
  )
})

test('without an engine a Create call says so and makes nothing', async () => {
  writeFileSync(join(bin, 'no-engine'), '')
  await expect(train('none', {})).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringMatching(
      /its registry entry says docker, and there is no Docker engine here: Cannot connect/,
    ),
  })
  await expect(status('none')).rejects.toThrow('Requested resource not found')
  process.env['PATH'] = '/nowhere'
  await expect(train('none', {})).rejects.toThrow(/there is no Docker engine here: .*ENOENT/)
})

test('an endpoint in a container answers at the port that is published on the loopback interface', async () => {
  await train('model', { x: '7' })
  const { ModelArtifacts } = await ended('model')
  const model = {
    ModelName: 'm',
    ExecutionRoleArn: role,
    PrimaryContainer: { Image: image, ModelDataUrl: ModelArtifacts?.S3ModelArtifacts },
  }
  await expect(
    cloud.sagemaker.send(new CreateModelCommand({ ...model, EnableNetworkIsolation: true })),
  ).rejects.toThrow('EnableNetworkIsolation is not supported with docker')
  await cloud.sagemaker.send(new CreateModelCommand(model))
  await cloud.sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: 'c',
      ProductionVariants: [
        { VariantName: 'All', ModelName: 'm', InitialInstanceCount: 1, InstanceType: 'ml.m5.large' },
      ],
    }),
  )
  await cloud.sagemaker.send(new CreateEndpointCommand({ EndpointName: 'e', EndpointConfigName: 'c' }))
  await eventually(
    () => cloud.sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'e' })),
    ({ EndpointStatus }) => EndpointStatus === 'InService',
  )
  const answer = await cloud.runtime.send(new InvokeEndpointCommand({ EndpointName: 'e', Body: 'x' }))
  expect(answer.Body.transformToString()).toMatch(/^model of 7 got x/)
  const [, words = []] = calls('run')
  expect(words[words.indexOf('--publish') + 1]).toMatch(/^127\.0\.0\.1:\d+:8080$/)
  expect(words.at(-1)).toBe('serve')
  const next = await cloud.restart()
  await eventually(
    () => next.sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'e' })),
    ({ EndpointStatus }) => EndpointStatus === 'InService',
  )
  await eventually(
    async () => running(),
    ({ length }) => length === 1,
  )
})

test('what a former life left behind is removed at the start, and another data folder’s is not', async () => {
  const left = (data: string) => {
    const { pid } = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' })
    writeFileSync(join(bin, 'containers', data), JSON.stringify({ pid, labels: [`assay.local-cloud.data=/${data}`] }))
    return pid ?? 0
  }
  const other = left('other')
  left('mine')
  await createContainers('/mine').removeLeftOvers()
  expect(running()).toEqual(['other'])
  process.kill(other, 'SIGKILL')
  rmSync(join(bin, 'containers/other'))
})

test('a local cloud that is closed removes its containers, and the next starts the job over', async () => {
  await train('on', { hang: '1' })
  await eventually(
    async () => running(),
    ({ length }) => length === 1,
  )
  const [first = ''] = running()
  await cloud.restart()
  expect(calls('rm')).toContainEqual(['rm', '--force', first])
  // By its end, not by the next one's look for what was left.
  const commands = calls().map(([command]) => command)
  expect(commands.indexOf('rm')).toBeLessThan(commands.lastIndexOf('ps'))
  await eventually(
    async () => running(),
    (names) => names.length === 1 && names[0] !== first,
  )
})

test.skipIf(!existsSync('/proc/self/cmdline'))('SIGKILL of the local cloud removes the container', async () => {
  const entry = join(bin, 'entry.ts')
  writeFileSync(
    entry,
    `import { createContainers } from ${JSON.stringify(fileURLToPath(new URL('./containers.ts', import.meta.url)))}
     createContainers('/data').start('job', {
       verb: 'train', image: 'known/forever', docker: {}, baseDir: ${JSON.stringify(bin)}, environment: {}, isolated: false,
     }, { onLine: (line) => console.log(line), records: { add() {}, remove() {}, killLeftOvers: () => 0 } })`,
  )
  writeFileSync(join(bin, 'program.mjs'), 'console.log("up"); setInterval(() => {}, 1000)')
  await build({ entryPoints: [entry], bundle: true, platform: 'node', format: 'esm', outfile: join(bin, 'parent.mjs') })
  const parent = spawn(process.execPath, [join(bin, 'parent.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => parent.stdout.once('data', resolve))
  const [name = ''] = running()
  const { pid } = JSON.parse(readFileSync(join(bin, 'containers', name), 'utf8')) as { pid: number }
  parent.kill('SIGKILL')
  await eventually(
    async () => running(),
    ({ length }) => length === 0,
  )
  // A process that was killed has no words any more, also before it is reaped.
  const words = () => (existsSync(`/proc/${pid}`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '')
  await vi.waitFor(() => expect(words()).toBe(''))
})

test.each([
  [{ docker: true }, 'docker must be an object'],
  [{ docker: { arguments: '--gpus' } }, 'docker.arguments must be a list of strings'],
  [{ docker: { image: 1 } }, 'docker.image must be a string'],
  [{ docker: {}, train: ['x'] }, 'train and serve must be absent'],
  [{}, 'has neither train nor serve nor docker'],
])('a registry entry %j is refused', async (entry, message) => {
  await expect(loadRegistry('/programs', writeRegistry(entry))).rejects.toThrow(message)
})

test('a registry without docker never calls it', async () => {
  rmSync(join(bin, 'calls.jsonl'), { force: true })
  const plain = await startLocalCloud({ dataDir: join(bin, 'data'), jumpStart: false })
  await plain.close()
  expect(readdirSync(bin)).not.toContain('calls.jsonl')
  expect((await loadRegistry('/programs')).usesDocker).toBe(false)
})
