import { mkdir, mkdtemp, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { entryPointFault, listPacked } from './list-packed.ts'
import { listSourceFiles } from './list-source-files.ts'
import { packSource } from './pack-source.ts'
import { sourceKey, storedSourceSha256 } from './stored-source.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-sources-'))
})
afterEach(() => rm(folder, { recursive: true }))

const write = async (name: string, text: string) => {
  await mkdir(dirname(join(folder, name)), { recursive: true })
  await writeFile(join(folder, name), text)
}
const pack = async () => packSource(await listSourceFiles(folder))

test('the same files give the same bytes, whenever and in whatever order they were written', async () => {
  for (const name of ['train.py', 'Z.py', 'lib/a.py']) await write(name, name)
  const first = await pack()
  await rm(folder, { recursive: true })
  for (const name of ['lib/a.py', 'train.py', 'Z.py']) await write(name, name)
  await utimes(join(folder, 'train.py'), 1, 1)
  expect(await pack()).toEqual(first)
  expect(await listPacked(first.bytes)).toEqual(['Z.py', 'lib/a.py', 'train.py'])
  await write('train.py', 'train.py ')
  expect((await pack()).sha256).not.toBe(first.sha256)
})

test('hidden files, caches and installed modules stay at home', async () => {
  for (const name of ['.git/config', '.env', '__pycache__/train.pyc', 'node_modules/a/b.js', 'lib/old.pyc', 'train.py'])
    await write(name, '')
  expect((await listSourceFiles(folder)).map(({ name }) => name)).toEqual(['train.py'])
})

test('a link is refused by name: it could lead anywhere', async () => {
  await write('train.py', '')
  await symlink('/etc/passwd', join(folder, 'data'))
  await expect(listSourceFiles(folder)).rejects.toThrow('data is a link; files and folders needed')
})

test('data in the place of code is refused before it is read, with the largest files', async () => {
  await write('train.py', '')
  await write('model.bin', '')
  await truncate(join(folder, 'model.bin'), 200_000_000)
  await expect(pack()).rejects.toThrow(
    /^2 files with 200.0 MB met, at most 100.0 MB needed: .* the largest are model.bin \(200.0 MB\), train.py/,
  )
})

test('what is no .tar.gz, cut short, or unpacks to too much is refused', async () => {
  await write('train.py', 'x'.repeat(10_000))
  const { bytes } = await pack()
  await expect(listPacked(Buffer.from('no tarball'))).rejects.toThrow('it is no readable .tar.gz')
  await expect(listPacked(bytes.subarray(0, bytes.length - 20))).rejects.toThrow('it is no readable .tar.gz')
  const bomb = gzipSync(Buffer.concat([gunzipSync(bytes), Buffer.alloc(120_000_000)]), { level: 1 })
  expect(bomb.length).toBeLessThan(5_000_000)
  await expect(listPacked(bomb)).rejects.toThrow('it unpacks to more than 100000000 bytes')
})

test('an entry point that is not at the top is missed, with what is there', () => {
  expect(entryPointFault('train.py', ['lib/train.py', 'train.py'])).toBeUndefined()
  expect(entryPointFault('train.py', ['lib/train.py', 'b.py', 'a.py'])).toBe(
    'train.py met, a file at the top of the source needed; there is a.py, b.py',
  )
  expect(entryPointFault('train.py', [])).toMatch(/there is none$/)
})

test('only the address of a stored source tells its hash', () => {
  const sha256 = 'a'.repeat(64)
  expect(storedSourceSha256(`s3://assay/${sourceKey(sha256)}`, 'assay')).toBe(sha256)
  expect(storedSourceSha256(`s3://other/${sourceKey(sha256)}`, 'assay')).toBeUndefined()
  expect(storedSourceSha256(`s3://assay/x/${sourceKey(sha256)}`, 'assay')).toBeUndefined()
  expect(storedSourceSha256('s3://assay/sources/abc/sourcedir.tar.gz', 'assay')).toBeUndefined()
})
