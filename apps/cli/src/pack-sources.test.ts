import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SourceView } from '@assay/contracts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { packSources } from './pack-sources.ts'

let folder: string
let notes: string[]
let asked: string[]
let stored: Map<string, Uint8Array>

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-cli-'))
  await mkdir(join(folder, 'mine'))
  await writeFile(join(folder, 'mine/train.py'), 'print(1)\n')
  ;[notes, asked, stored] = [[], [], new Map()]
})
afterEach(() => rm(folder, { recursive: true }))

const view = (sha256: string): SourceView => ({
  sha256,
  uri: `s3://assay/sources/${sha256}/sourcedir.tar.gz`,
  stored: stored.has(sha256),
})
const client = {
  source: async (sha256: string) => {
    asked.push(`GET ${sha256}`)
    return view(sha256)
  },
  storeSource: async (sha256: string, bytes: Uint8Array) => {
    asked.push(`PUT ${sha256}`)
    stored.set(sha256, bytes)
    return view(sha256)
  },
}

const pack = async (approaches: unknown[], store = true) => {
  const spec = await packSources(
    client,
    { name: 'a', approaches },
    { from: folder, store, note: (line) => notes.push(line) },
  )
  return (spec['approaches'] as { source?: string }[]).map(({ source }) => source)
}
const puts = () => asked.filter((call) => call.startsWith('PUT'))

test('a folder beside the file becomes an address, is sent once for all approaches, and never again unless a line changes', async () => {
  const mine = { recipe: 'pytorch-script', source: './mine' }
  const [first, second, shipped] = await pack([mine, { ...mine }, { recipe: 'pytorch-script', source: 'ddn' }])
  expect(first).toMatch(/^s3:\/\/assay\/sources\/[0-9a-f]{64}\/sourcedir\.tar\.gz$/)
  expect(second).toBe(first)
  expect(shipped).toBe('ddn')
  expect(puts()).toHaveLength(1)
  expect(await pack([mine])).toEqual([first])
  expect(puts()).toHaveLength(1)
  expect(notes.at(-1)).toMatch(/^\.\/mine: stored already \(/)
  await writeFile(join(folder, 'mine/train.py'), 'print(2)\n')
  expect(await pack([mine])).not.toEqual([first])
  expect(puts()).toHaveLength(2)
})

test('a plan sends nothing and names the address that a submission would', async () => {
  const mine = { recipe: 'pytorch-script', source: './mine' }
  const planned = await pack([mine], false)
  expect(puts()).toEqual([])
  expect(notes).toEqual([expect.stringMatching(/^\.\/mine: not stored yet \(.*\); assay submit stores it$/)])
  expect(await pack([mine])).toEqual(planned)
})

test('every folder’s fault is told with its field before anything is asked or sent', async () => {
  await mkdir(join(folder, 'empty'))
  const refused = pack([
    { recipe: 'pytorch-script', source: './mine' },
    { recipe: 'pytorch-script', source: './mine', entryPoint: 'main.py' },
    { recipe: 'pytorch-script', source: './empty' },
    { recipe: 'pytorch-script', source: '../nowhere-to-be-found' },
  ])
  await expect(refused).rejects.toMatchObject({ code: 2 })
  const message = await refused.catch((error: Error) => error.message.split('\n'))
  expect(message).toEqual([
    '/approaches/1/entryPoint: main.py met, a file at the top of the source needed; there is train.py (in ./mine)',
    '/approaches/2/entryPoint: train.py met, a file at the top of the source needed; there is none (in ./empty)',
    expect.stringMatching(
      /^\/approaches\/3\/source: \.\.\/nowhere-to-be-found \(\/.*\) met, a folder that can be read needed: ENOENT$/,
    ),
  ])
  expect(asked).toEqual([])
})

test('an address, a name, or what is no source at all passes as it is', async () => {
  const given = ['s3://b/code.tar.gz', 'ddn', 'mine', 7, undefined]
  expect(await pack(given.map((source) => ({ recipe: 'pytorch-script', source })))).toEqual(given)
  expect(await packSources(client, { approaches: 'none' }, { from: folder, store: true, note: () => {} })).toEqual({
    approaches: 'none',
  })
})
