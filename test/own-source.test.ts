import { appendFile, cp, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { execFile } from 'node:child_process'
import { CopyObjectCommand, CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import type { Plan } from '@assay/contracts'
import { repositoryRoot, type Stack, startStack } from '@assay/dev'
import { shippedSourceFiles } from '@assay/recipes'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createStudy, type Study } from './study.ts'

let stack: Stack
let study: Study
let dataset: string

beforeAll(async () => {
  stack = await startStack({ timeScale: 0.02, env: { ASSAY_DATASET_BUCKETS: 'shared,partners=444455556666' } })
  study = createStudy(stack)
  dataset = await study.addSteel(60)
})
afterAll(() => stack.stop())

/** Throws where the line is not there: the test would prove nothing. */
const without = (script: string, line: string): string => {
  if (!script.includes(line)) throw new Error(`the script has no line ${line}`)
  return script.replace(line, '')
}

/** The shipped source as a user's folder, changed where it trains. */
const aFolder = async (change: (script: string) => string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-source-'))
  for (const { name, path } of await shippedSourceFiles('ddn')) await cp(path, join(folder, name), { recursive: true })
  const script = join(folder, 'assay_detection/training.mjs')
  await writeFile(script, change(await readFile(script, 'utf8')))
  return folder
}

/** Such a folder as a user packs it. Answers its address. */
const packed = async (name: string, change: (script: string) => string): Promise<string> => {
  const folder = await aFolder(change)
  const tarball = join(folder, '..', `${name}-${Date.now()}.tar.gz`)
  await promisify(execFile)('tar', ['-czf', tarball, '-C', folder, '.'])
  const Key = `code/${name}/sourcedir.tar.gz`
  await study.clients.s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key, Body: await readFile(tarball) }))
  return `s3://${stack.bucket}/${Key}`
}

const hyperparameters = {
  epochs: 2,
  'batch-size': 8,
  'num-classes': '{classesAndBackground}',
  'class-names': '{classNames}',
  seed: '{seed}',
}
const anApproach = (id: string, source: string) => ({
  id,
  recipe: 'pytorch-script' as const,
  source,
  hyperparameters,
})

test('a line less in a script’s tarball is another run', async () => {
  const whole = await packed('whole', (script) => script)
  // Without this line another optimizer takes the same images, seed and epochs elsewhere.
  const shorter = await packed('shorter', (script) => without(script, "      optimizer: 'sgd',\n"))
  const id = await study.submit({ dataset, approaches: [anApproach('whole', whole), anApproach('shorter', shorter)] })
  const view = await study.untilEnd(id)
  expect(view.state).toBe('succeeded')
  const { approaches } = await study.report(id)
  const losses = approaches.map(({ curves }) => curves.find(({ metric }) => metric === 'loss')?.points)
  expect(losses[0]?.length).toBe(2)
  expect(losses[1]?.length).toBe(2)
  expect(losses[0]).not.toEqual(losses[1])
})

test('a tarball that is not there, and a placeholder that stands for nothing, are refused at the door', async () => {
  const missing = anApproach('missing', `s3://${stack.bucket}/code/none/sourcedir.tar.gz`)
  await expect(study.submit({ dataset, approaches: [missing] })).rejects.toThrow('/approaches/0/source')
  const source = await packed('whole', (script) => script)
  const slip = { ...anApproach('slip', source), hyperparameters: { 'num-classes': '{clases}' } }
  await expect(study.submit({ dataset, approaches: [slip] })).rejects.toThrow('{clases} met, one of {classes}')
})

/** A bucket of the local cloud's account with the shipped source in it. */
const copiedTo = async (Bucket: string) => {
  const source = await packed('whole', (script) => script)
  await study.clients.s3.send(new CreateBucketCommand({ Bucket }))
  const Key = 'sourcedir.tar.gz'
  await study.clients.s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: source.slice('s3://'.length) }))
  return anApproach('copied', `s3://${Bucket}/${Key}`)
}
const plan = (approach: ReturnType<typeof anApproach>) =>
  study.client.plan({ name: 'plan', dataset, approaches: [approach] })

test('a tarball is taken from the buckets that data sets may come from, and from no other that can be read', async () => {
  const secret = await copiedTo('secrets')
  const refusal = { status: 422, message: expect.stringContaining('/approaches/0/source: bucket secrets met') }
  await expect(plan(secret)).rejects.toMatchObject(refusal)
  await expect(study.submit({ dataset, approaches: [secret] })).rejects.toMatchObject(refusal)
  expect((await plan(await copiedTo('shared'))).approaches).toHaveLength(1)
})

test('a bucket of another account than the settings say gives neither a data set nor a tarball', async () => {
  const source = await copiedTo('partners')
  await expect(plan(source)).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining(
      '/approaches/0/source: s3://partners/sourcedir.tar.gz cannot be read: AccessDenied',
    ),
  })
  await expect(study.client.registerDataset({ name: 'd', s3Uri: 's3://partners/' })).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining('/s3Uri: s3://partners/: the bucket belongs to another account than expected'),
  })
})

/** The command line, as a user calls it. Answers its output. */
const assay = async (...args: string[]): Promise<string> => {
  const cli = join(repositoryRoot, 'dist/cli.js')
  const env = { ...process.env, ASSAY_URL: stack.apiUrl }
  return (await promisify(execFile)(process.execPath, [cli, ...args], { env })).stdout
}

const storedKeys = async () => {
  const answer = await study.clients.s3.send(new ListObjectsV2Command({ Bucket: stack.bucket, Prefix: 'sources/' }))
  return (answer.Contents ?? []).map(({ Key }) => Key)
}

test('a folder given to the command line is planned unsent, runs, and trains again only when a line changes', async () => {
  const folder = await aFolder((script) => script)
  const file = join(folder, '../mine.json')
  const spec = { name: 'mine', dataset, approaches: [anApproach('mine', `./${basename(folder)}`)] }
  await writeFile(file, JSON.stringify(spec))
  const planned = async () => JSON.parse(await assay('plan', '-f', file, '-o', 'json')) as Plan

  const before = await planned()
  expect(before.warnings.map(({ code }) => code)).toContain('source-not-stored')
  expect(await storedKeys()).toEqual([])

  const id = (await assay('submit', '-f', file, '-q')).trim()
  expect((await study.untilEnd(id)).state).toBe('succeeded')
  const [key, ...others] = await storedKeys()
  expect(key).toMatch(/^sources\/[0-9a-f]{64}\/sourcedir\.tar\.gz$/)
  expect(others).toEqual([])

  const again = await planned()
  expect(again.warnings.map(({ code }) => code)).not.toContain('source-not-stored')
  expect(again.approaches[0]?.reuse).toMatchObject({ verdict: 'hit', from: { experimentId: id } })

  await appendFile(join(folder, 'train.py'), '# a line more\n')
  expect((await planned()).approaches[0]?.reuse).toMatchObject({
    verdict: 'miss',
    nearest: { differs: ['channels.code.content'] },
  })
  expect(await storedKeys()).toEqual([key])
})

test('a submission, unlike a plan, needs its source stored', async () => {
  const unsent = anApproach('unsent', `s3://${stack.bucket}/sources/${'a'.repeat(64)}/sourcedir.tar.gz`)
  expect((await plan(unsent)).approaches).toHaveLength(1)
  await expect(study.submit({ dataset, approaches: [unsent] })).rejects.toThrow(
    /\/approaches\/0\/source: .* cannot be read: NoSuchKey/,
  )
})

test('a source without its entry point is refused at the door, with what is at its top', async () => {
  const source = await packed('whole', (script) => script)
  const approach = { ...anApproach('lost', source), entryPoint: 'main.py' }
  await expect(plan(approach)).rejects.toThrow(
    '/approaches/0/entryPoint: main.py met, a file at the top of the source needed; there is train.mjs, train.py',
  )
})
