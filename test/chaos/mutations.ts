// Removes each guard from a copy of the sources and shows which test notices: `npm run chaos:mutations`. Exit code 1 where none does.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { makeRunFolder, prepareRedis, repositoryRoot, startKeeper, startRedis } from '@assay/dev'
import { type Mutant, mutants } from './mutants.ts'

/** Enough for each guard to be missed by some seed. */
const SEEDS = '300'

const say = (line: string) => void process.stdout.write(`${line}\n`)

/** The sources as they are, committed or not; third-party modules are those of the original, our own packages those of the copy. */
const copySources = (): string => {
  const copy = mkdtempSync(join(repositoryRoot, '.assay/mutants-'))
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: repositoryRoot,
  }).toString()
  for (const file of listed.split('\0').filter(Boolean)) {
    const source = join(repositoryRoot, file)
    if (!statSync(source, { throwIfNoEntry: false })?.isFile()) continue
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    cpSync(source, join(copy, file))
  }
  const modules = join(repositoryRoot, 'node_modules')
  mkdirSync(join(copy, 'node_modules'))
  for (const name of readdirSync(modules))
    if (name !== '@assay') symlinkSync(join(modules, name), join(copy, 'node_modules', name))
  // Their links are relative, so that they lead into the copy.
  cpSync(join(modules, '@assay'), join(copy, 'node_modules/@assay'), { recursive: true, verbatimSymlinks: true })
  return copy
}

interface VitestResult {
  testResults: { assertionResults: { status: string; title: string }[] }[]
}

/** Titles of the tests that fail; a run that fails without one counts by its exit code. */
const failures = (copy: string, { tests }: Mutant, redisUrl: string): string[] => {
  const report = join(copy, 'result.json')
  const { status } = spawnSync(
    process.execPath,
    [join(copy, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=json', `--outputFile=${report}`, ...tests],
    {
      cwd: copy,
      stdio: 'ignore',
      env: { ...process.env, ASSAY_SIMULATION_SEEDS: SEEDS, ASSAY_TEST_REDIS_URL: redisUrl },
    },
  )
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as VitestResult
  const failed = testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter((one) => one.status === 'failed').map(({ title }) => title),
  )
  return failed.length === 0 && status !== 0 ? [`vitest ended with ${status}`] : failed
}

const keeper = startKeeper()
const redis = await startRedis(await prepareRedis(say), makeRunFolder('mutants'), keeper)
const copy = copySources()
let unnoticed = 0
try {
  for (const mutant of mutants) {
    const file = join(copy, mutant.file)
    const whole = readFileSync(file, 'utf8')
    if (whole.split(mutant.from).length !== 2)
      throw new Error(
        `${mutant.file} holds ${JSON.stringify(mutant.from)} ${whole.split(mutant.from).length - 1} times, once needed`,
      )
    writeFileSync(
      file,
      whole.replace(mutant.from, () => mutant.to),
    )
    const failed = failures(copy, mutant, redis.url)
    writeFileSync(file, whole)
    if (failed.length === 0) unnoticed++
    say(
      `${failed.length === 0 ? 'UNNOTICED' : 'noticed  '}  ${mutant.guard}${failed.map((title) => `\n             ${title}`).join('')}`,
    )
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
  await redis.process.stop()
  keeper.stop()
}
say(`\n${mutants.length - unnoticed} of ${mutants.length} removed guards were noticed`)
process.exit(unnoticed === 0 ? 0 : 1)
