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
  {
    guard: 'what was billed is not begun anew for want of an instance',
    file: 'packages/training/src/got-no-instance.ts',
    from: 'billableSeconds === 0 && ',
    to: 'billableSeconds >= 0 && ',
    tests: unit('packages/training/src/got-no-instance.test.ts'),
  },
  {
    guard: 'a plan counts epochs',
    file: 'packages/planner/src/estimate-training.ts',
    from: '(trainImages * epochs) / (run.trainImages * trial.epochs)',
    to: 'trainImages / run.trainImages',
    tests: unit('packages/planner/src/estimate-training.test.ts'),
  },
  {
    guard: 'a retry that is too dear is refused',
    file: 'apps/api/src/operations/retry-approach.ts',
    from: "        if (tooDear !== undefined) throw new ProblemError('budget-exceeded', tooDear)\n",
    to: '        void tooDear\n',
    tests: unit('apps/api/src/cancel.test.ts'),
  },
  {
    guard: 'of two retries at once the second is checked again',
    file: 'apps/api/src/begin-retry.ts',
    from: '    await admit(record)\n',
    to: '    if (record === first) await admit(record)\n',
    tests: unit('apps/api/src/begin-retry.test.ts'),
  },
  {
    guard: 'retries stand in one row',
    file: 'apps/api/src/begin-retry.ts',
    from: 'record.retries + 1',
    to: 'Math.floor(Math.random() * 1e9)',
    tests: unit('apps/api/src/begin-retry.test.ts'),
  },
  {
    guard: 'requests say whose a bucket must be',
    file: 'packages/cloud/src/expect-bucket-owners.ts',
    from: '{ ExpectedBucketOwner: owner }',
    to: '{}',
    tests: unit('packages/cloud/src/find-bucket.test.ts'),
  },
  {
    guard: 'copies say whose their source must be',
    file: 'packages/cloud/src/expect-bucket-owners.ts',
    from: '{ ExpectedSourceBucketOwner: sourceOwner }',
    to: '{}',
    tests: unit('packages/cloud/src/find-bucket.test.ts'),
  },
]
