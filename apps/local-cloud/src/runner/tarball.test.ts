import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { type Header, pack } from 'tar-stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { filesUnder, packFolder, unpackInto } from './tarball.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarball-'))
  writeFileSync(join(folder, 'secret'), 'secret')
})
afterEach(() => rmSync(folder, { recursive: true }))

const archive = (...entries: [Partial<Header> & Pick<Header, 'name'>, string?][]) => {
  const tar = pack()
  for (const [header, text = ''] of entries) tar.entry(header, text)
  tar.finalize()
  return tar.pipe(new PassThrough())
}
const inside = (...parts: string[]) => join(folder, 'model', ...parts)

test.each(['../up', '/tmp/assay-tarball-up', 'a/../../up'])('an archive with %s is refused', async (name) => {
  await expect(unpackInto(archive([{ name }, 'x']), inside(), { gzip: false })).rejects.toThrow('outside of its folder')
  expect(existsSync(join(folder, 'up')) || existsSync('/tmp/assay-tarball-up')).toBe(false)
})

test('a link in an archive is passed over, so that what follows cannot be written through it', async () => {
  const entries = archive(
    [{ name: 'way', type: 'symlink', linkname: folder }],
    [{ name: 'hard', type: 'link', linkname: '../secret' }],
    [{ name: 'way/secret' }, 'overwritten'],
  )
  await unpackInto(entries, inside(), { gzip: false })
  expect(readFileSync(join(folder, 'secret'), 'utf8')).toBe('secret')
  expect(await filesUnder(inside())).toEqual(['way/secret'])
})

test('a link that a program leaves in its model folder takes nothing along', async () => {
  mkdirSync(inside())
  writeFileSync(inside('weights'), 'w')
  symlinkSync(join(folder, 'secret'), inside('stolen'))
  symlinkSync(folder, inside('all'))
  await unpackInto(packFolder(inside()), join(folder, 'again'))
  expect(await filesUnder(join(folder, 'again'))).toEqual(['weights'])
})
