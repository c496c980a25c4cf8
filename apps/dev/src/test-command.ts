import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { childEnvironment } from './child-environment.ts'
import { startKeeper } from './keeper.ts'
import { prepareRedis } from './prepare-redis.ts'
import { removeOldRuns } from './remove-old-runs.ts'
import { repositoryRoot } from './repository-root.ts'
import { makeRunFolder } from './run-folder.ts'
import { startRedis } from './start-redis.ts'

interface Counts {
  passed: number
  failed: number
  skipped: number
}

/** `npm test`: a Redis of its own, then the unit tests, then the whole. Arguments go to vitest. Answers the exit code. */
export const testCommand = async (args: readonly string[]): Promise<number> => {
  const say = (line: string) => void process.stdout.write(`${line}\n`)
  removeOldRuns()
  const folder = makeRunFolder('test')
  const program = await prepareRedis(say)
  const keeper = startKeeper()
  const redis = await startRedis(program, folder, keeper)
  say(`redis        ${program.title} at ${redis.url}`)
  const env = childEnvironment({ ASSAY_TEST_REDIS_URL: redis.url, TMPDIR: process.env['TMPDIR'] ?? folder })
  const total: Counts = { passed: 0, failed: 0, skipped: 0 }
  try {
    for (const project of ['unit', 'simulation', 'whole']) {
      say(`\n${project}: vitest run --project ${project}${args.map((arg) => ` ${arg}`).join('')}`)
      const counts = await runVitest(project, args, folder, env)
      for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key]
    }
  } finally {
    await redis.process.stop()
    keeper.stop()
  }
  say(`\n${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`)
  return total.failed === 0 && total.passed > 0 ? 0 : 1
}

/** A project that ends badly without a failed test (a file that does not load, an error outside of tests) counts as one failure. */
const runVitest = async (
  project: string,
  args: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<Counts> => {
  const resultFile = join(folder, `${project}.json`)
  const vitest = join(repositoryRoot, 'node_modules/vitest/vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${resultFile}`]
  const child = spawn(
    process.execPath,
    [vitest, 'run', '--project', project, '--passWithNoTests', ...reporters, ...args],
    { cwd: repositoryRoot, env, stdio: 'inherit' },
  )
  const code = await new Promise<number>((resolve) => {
    child.once('error', () => resolve(1))
    child.once('exit', (exitCode) => resolve(exitCode ?? 1))
  })
  const counts = readCounts(resultFile)
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

const readCounts = (file: string): Counts => {
  try {
    const result = JSON.parse(readFileSync(file, 'utf8')) as {
      numPassedTests: number
      numFailedTests: number
      numPendingTests: number
      numTodoTests: number
    }
    return {
      passed: result.numPassedTests,
      failed: result.numFailedTests,
      skipped: result.numPendingTests + result.numTodoTests,
    }
  } catch {
    return { passed: 0, failed: 0, skipped: 0 }
  }
}
