/** A guard, how it is removed, and the tests that must notice. */
export interface Mutant {
  guard: string
  file: string
  from: string
  to: string
  /** Arguments of vitest. */
  tests: readonly string[]
}

const unit = (file: string) => ['--project', 'unit', file]
const simulation = ['--project', 'simulation']
const createOnce = 'packages/cloud/src/create-once.ts'

export const mutants: readonly Mutant[] = [
  {
    guard: 'the intent is written before Create',
    file: createOnce,
    from: '  await recordIntent()\n',
    to: '',
    tests: simulation,
  },
  {
    guard: 'Describe before Create',
    file: createOnce,
    from: '  const known = await ifThere(describe)\n',
    to: '  const known = undefined as Awaited<ReturnType<typeof describe>> | undefined\n',
    tests: unit('packages/cloud/src/create-once.test.ts'),
  },
  {
    guard: 'what exists is adopted, not an error',
    file: createOnce,
    from: 'if (!isAlreadyThere(error)) throw error',
    to: 'throw error',
    tests: unit('packages/cloud/src/create-once.test.ts'),
  },
  {
    guard: "somebody else's resource of our name is left alone",
    file: createOnce,
    from: 'if (met !== specSha256)',
    to: 'if (met === "never")',
    tests: unit('packages/cloud/src/create-once.test.ts'),
  },
  {
    guard: 'a creator looks for a stop before Create',
    file: createOnce,
    from: '  if (await isStopped()) throw new AttemptStopped(name)\n',
    to: '',
    tests: unit('packages/cloud/src/create-once.test.ts'),
  },
  {
    guard: 'a creator undoes its own after a stop',
    file: createOnce,
    from: '    await undo()\n',
    to: '',
    tests: unit('packages/cloud/src/create-once.test.ts'),
  },
  {
    guard: 'a document is written once',
    file: 'packages/ledger/src/write-once.ts',
    from: "      IfNoneMatch: '*',\n",
    to: '',
    tests: simulation,
  },
  {
    guard: 'teardown closes the attempt first',
    file: 'workers/control/src/teardown.ts',
    from: '    await ledger.closeAttempt(experiment.id, approachId, attempt)\n',
    to: '',
    tests: simulation,
  },
  {
    guard: 'ensure runs an ended job again',
    file: 'packages/queue/src/queues.ts',
    from: "    if (state === 'completed' || state === 'failed')\n",
    to: "    if (state === 'never')\n",
    tests: unit('packages/queue/src/queues.test.ts'),
  },
  {
    guard: 'the end waits for clean-up',
    file: 'packages/pipeline/src/next-stages.ts',
    from: 'if (settled && clean && experiment.report)',
    to: 'if (settled && experiment.report)',
    tests: simulation,
  },
  {
    guard: 'a retry that meets the end keeps its mark',
    file: 'packages/pipeline/src/advance.ts',
    from: '      if (!(await loadExperiment(experimentId))?.finish) await open(experimentId)\n',
    to: '',
    tests: unit('packages/pipeline/src/advance.test.ts'),
  },
  {
    guard: 'no job fails before its outcome is in the ledger',
    file: 'packages/pipeline/src/run-stage.ts',
    from: '  if (tryNumber < maxTries) throw error\n',
    to: '  throw error\n',
    tests: unit('packages/pipeline/src/run-stage.test.ts'),
  },
  {
    guard: 'what kills its worker five times is set aside',
    file: 'packages/pipeline/src/run-stage.ts',
    from: 'crashes >= MOST_CRASHES && ',
    to: 'crashes > 1_000 && ',
    tests: unit('packages/pipeline/src/run-stage.test.ts'),
  },
  {
    guard: 'a worker that has just begun leaves alone what others died over',
    file: 'packages/queue/src/apart-ms.ts',
    from: ', lockMs - workerAgeMs, 0)',
    to: ', 0)',
    tests: unit('packages/queue/src/apart-ms.test.ts'),
  },
  {
    guard: 'a connection that fell silent is made anew',
    file: 'packages/queue/src/connections.ts',
    from: ', socketTimeout: deadAfterMs',
    to: '',
    tests: [...unit('packages/queue/src/connections.test.ts'), '--testTimeout', '10000'],
  },
  {
    guard: 'a worker that fetches nothing says so',
    file: 'packages/queue/src/watch-fetching.ts',
    from: 'return since && nowMs - since.atMs >= silentMs ? since.next : undefined',
    to: 'return undefined',
    tests: unit('packages/queue/src/watch-fetching.test.ts'),
  },
  {
    guard: 'what the cloud itself broke is begun again',
    file: 'workers/infer/src/transform/run-transform.ts',
    from: 'if (isCloudFailure(job.FailureReason))',
    to: 'if (isCloudFailure(undefined))',
    tests: simulation,
  },
]
