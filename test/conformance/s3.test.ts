import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, realpathSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readPromisedOperations } from '../../apps/local-cloud/src/testing/promised-operations.ts'
import { commandLines, pythons } from './installed-clients.ts'
import { type S3TestServer, startS3TestServer } from './s3-test-server.ts'

const run = promisify(execFile)
const program = fileURLToPath(new URL('s3-boto3.py', import.meta.url))

let server: S3TestServer
beforeAll(async () => {
  server = await startS3TestServer()
})
afterAll(() => server.stop())

test.runIf(pythons.length > 0)(`boto3: ${pythons.length || 'not'} seen`, () => {
  expect(pythons.map(({ versions }) => versions)).toContainEqual(expect.stringContaining('boto3'))
})
test.runIf(commandLines.length > 0)(`AWS CLI: ${commandLines.length || 'not'} seen`, () => {
  expect(commandLines.map(({ versions }) => versions)).toContainEqual(expect.stringContaining('aws-cli'))
})

describe.each(pythons)('$command with $versions', ({ command: python }) => {
  test('passes every check of s3-boto3.py', async () => {
    const { stdout } = await run(python, [program, server.url, ...(readPromisedOperations()['S3'] ?? [])], {
      env: server.env,
    })
    const [, ...results] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { check?: string; error?: string })
    expect(results.length).toBeGreaterThanOrEqual(13)
    expect(results.filter(({ error }) => error !== undefined)).toEqual([])
  })
})

describe.each(commandLines)('$command with $versions', ({ command: aws }) => {
  const cli = async (...args: string[]): Promise<string> =>
    (await run(aws, ['--endpoint-url', server.url, ...args], { env: server.env, cwd: server.folder })).stdout
  const work = `work-${commandLines.findIndex(({ command }) => command === aws)}`
  const bucket = `cli-${work}`
  const path = (...parts: string[]) => join(realpathSync(server.folder), work, ...parts)
  const filesIn = (folder: string) =>
    readdirSync(path(folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.includes('.'))
      .sort()

  beforeAll(async () => {
    mkdirSync(path('in/deep/er'), { recursive: true })
    writeFileSync(path('in/one.txt'), 'one')
    writeFileSync(path('in/deep/two words.txt'), 'two')
    writeFileSync(path('in/deep/er/ü+&.txt'), 'three')
    writeFileSync(path('in/empty.txt'), '')
    writeFileSync(path('in/large.bin'), Buffer.alloc(18 << 20, 'assay '))
    await cli('s3', 'mb', `s3://${bucket}`)
  })

  test('sync copies a folder up and down, and does nothing the second time', async () => {
    // S3 gives whole seconds: a file that is as young as its copy would look newer than it.
    const aMinuteAgo = new Date(Date.now() - 60_000)
    for (const name of filesIn('in')) utimesSync(path('in', name), aMinuteAgo, aMinuteAgo)
    await cli('s3', 'sync', path('in'), `s3://${bucket}/synced`)
    expect(await cli('s3', 'sync', path('in'), `s3://${bucket}/synced`)).toBe('')
    await cli('s3', 'sync', `s3://${bucket}/synced`, path('out'))
    expect(filesIn('out')).toEqual(filesIn('in'))
    const differing = filesIn('in').filter(
      (name) => !readFileSync(path('out', name)).equals(readFileSync(path('in', name))),
    )
    expect(differing).toEqual([])
    writeFileSync(path('in/one.txt'), 'one, changed')
    expect(await cli('s3', 'sync', path('in'), `s3://${bucket}/synced`)).toContain('one.txt')
  })

  test('cp --recursive, ls, mv and rm --recursive work on whole prefixes', async () => {
    await cli('s3', 'cp', '--recursive', path('in'), `s3://${bucket}/copied`)
    await cli('s3', 'cp', '--recursive', `s3://${bucket}/copied`, `s3://${bucket}/again`)
    const listed = await cli('s3', 'ls', '--recursive', `s3://${bucket}/again`)
    expect(listed.trim().split('\n')).toHaveLength(filesIn('in').length)
    expect(await cli('s3', 'ls', `s3://${bucket}/again/`)).toContain('PRE deep/')
    await cli('s3', 'mv', `s3://${bucket}/again/large.bin`, `s3://${bucket}/moved.bin`)
    await cli('s3', 'cp', `s3://${bucket}/moved.bin`, path('moved.bin'))
    expect(readFileSync(path('moved.bin')).equals(readFileSync(path('in/large.bin')))).toBe(true)
    await cli('s3', 'rm', '--recursive', `s3://${bucket}/again`)
    await expect(cli('s3', 'ls', `s3://${bucket}/again`)).rejects.toThrow(/Command failed/)
  })

  test('a stream comes out, a presigned link is good, s3api speaks XML', async () => {
    const [stream, link, head, page] = await Promise.all([
      cli('s3', 'cp', `s3://${bucket}/copied/deep/er/ü+&.txt`, '-'),
      cli('s3', 'presign', `s3://${bucket}/copied/deep/er/ü+&.txt`),
      cli('s3api', 'head-object', '--bucket', bucket, '--key', 'moved.bin'),
      cli('s3api', 'list-objects-v2', '--bucket', bucket, '--delimiter', '/'),
    ])
    expect(stream).toBe('three')
    expect(await (await fetch(link.trim())).text()).toBe('three')
    expect(JSON.parse(head)).toMatchObject({ ContentLength: 18 << 20, ETag: expect.stringMatching(/-\d"$/) })
    expect(JSON.parse(page)).toMatchObject({ CommonPrefixes: [{ Prefix: 'copied/' }, { Prefix: 'synced/' }] })
  })

  test('errors are named', async () => {
    await Promise.all([
      expect(cli('s3api', 'get-object', '--bucket', bucket, '--key', 'none', path('none'))).rejects.toThrow(
        /NoSuchKey/,
      ),
      expect(cli('s3api', 'get-bucket-acl', '--bucket', bucket)).rejects.toThrow(/NotImplemented/),
    ])
  })

  test('rb --force empties the bucket and removes it', async () => {
    await cli('s3', 'rb', '--force', `s3://${bucket}`)
    expect(await cli('s3', 'ls')).not.toContain(bucket)
  })
})
