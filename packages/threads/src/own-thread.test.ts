import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { inOwnThread } from './own-thread.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-thread-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A program as the bundles are: started as a thread, it answers. */
const aProgram = (name: string, body: string) => {
  const path = join(folder, `${name}.mjs`)
  writeFileSync(path, `import { parentPort, workerData } from 'node:worker_threads'\n${body}\n`)
  return path
}

const order = { kind: 'x', bytes: new Uint8Array([1, 2]) }

describe('work in a thread', () => {
  it('hands the order over and gives the answer back', async () => {
    expect(await inOwnThread(order, aProgram('echo', 'parentPort.postMessage(workerData)'))).toEqual(order)
  })
  it('fails with the error of the thread', async () => {
    const program = aProgram('throwing', "throw new RangeError('refused')")
    await expect(inOwnThread(order, program)).rejects.toThrow('refused')
  })
  it('fails when the thread ends without an answer', async () => {
    const program = aProgram('silent', 'process.exit(3)')
    await expect(inOwnThread(order, program)).rejects.toThrow('the thread ended with code 3 before it answered')
  })
})
