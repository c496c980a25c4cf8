import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createThreadJudge } from './judge-thread.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-judge-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A program as the worker's bundle is one: started as a thread, it answers. */
const aProgram = (name: string, body: string) => {
  const path = join(folder, `${name}.mjs`)
  writeFileSync(path, `import { parentPort, workerData } from 'node:worker_threads'\n${body}\n`)
  return path
}

const task = { groundTruth: { images: [], categories: [], annotations: [] }, approaches: [], seed: 1 }

describe('judging in a thread', () => {
  it('hands the task over and gives the answer back', async () => {
    const judge = createThreadJudge(aProgram('echo', 'parentPort.postMessage(workerData)'))
    expect(await judge('compare', task)).toEqual({ kind: 'compare', task })
  })
  it('fails with the error of the thread', async () => {
    const judge = createThreadJudge(aProgram('throwing', "throw new RangeError('refused')"))
    await expect(judge('compare', task)).rejects.toThrow('refused')
  })
  it('fails when the thread ends without an answer', async () => {
    const judge = createThreadJudge(aProgram('silent', 'process.exit(3)'))
    await expect(judge('compare', task)).rejects.toThrow('the evaluation thread ended with code 3 before it answered')
  })
})
