import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readKeyHashes } from './read-key-hashes.ts'

const folder = await mkdtemp(join(tmpdir(), 'assay-keys-'))
afterAll(() => rm(folder, { recursive: true }))
const read = async (text: string) => {
  const path = join(folder, 'keys')
  await writeFile(path, text)
  return readKeyHashes(path)
}
const hash = 'a'.repeat(64)

test('comments and blank lines are no keys', async () => {
  expect(await read(`# ours\n${hash}  # laptop\n\n${'B'.repeat(64)}\n`)).toEqual([hash, 'B'.repeat(64)])
})

test('a file without a key is refused, because it would open the API', async () => {
  await expect(read('# none yet\n\n')).rejects.toThrow(/holds no key/)
})

test('a key in the clear is refused by its line and not repeated', async () => {
  await expect(read(`${hash}\nassay_live_secret\n`)).rejects.toThrow(/line 2 is not a SHA-256/)
  await expect(read('assay_live_secret')).rejects.not.toThrow(/secret/)
})
