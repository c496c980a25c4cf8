import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createS3, type S3 } from '../s3/index.ts'
import { startCheckpointSync } from './checkpoint-sync.ts'

let folder: string
let s3: S3

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoints-'))
  mkdirSync(join(folder, 'checkpoints'))
  s3 = await createS3({ dataDir: join(folder, 's3'), region: 'us-east-1' })
  await s3.store.createBucket('kept')
})
afterEach(async () => {
  await s3.close()
  rmSync(folder, { recursive: true })
})

const write = (file: string, text: string) => writeFileSync(join(folder, 'checkpoints', file), text)
const read = async (key: string): Promise<string | undefined> => {
  if ((await s3.store.head('kept', key)) === undefined) return undefined
  const chunks: Buffer[] = []
  for await (const chunk of (await s3.store.openRead('kept', key)) as Readable & AsyncIterable<Buffer>)
    chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
const start = () => startCheckpointSync(s3.store, join(folder, 'checkpoints'), 's3://kept/run')

test('a checkpoint is in S3 while the program still runs, and its next version too', async () => {
  const sync = start()
  write('epoch', 'one')
  await vi.waitFor(async () => expect(await read('run/epoch')).toBe('one'), { timeout: 10_000 })
  write('epoch', 'second')
  await vi.waitFor(async () => expect(await read('run/epoch')).toBe('second'), { timeout: 10_000 })
  await sync.stop({ killed: false })
})

test('at the end everything is stored, but after a kill not what was just being written', async () => {
  const own = start()
  write('epoch', 'whole')
  await own.stop({ killed: false })
  expect(await read('run/epoch')).toBe('whole')
  const killed = start()
  write('epoch', 'hal')
  await killed.stop({ killed: true })
  expect(await read('run/epoch')).toBe('whole')
})
