import { createAccountClients, createPriceList, policyHolders, readQuotas } from '@assay/account'
import { type AssayClient, ProblemError } from '@assay/client'
import { createCloudClients } from '@assay/cloud'
import { bucketOwners, ConfigError, loadConfig } from '@assay/config'
import type { Plan } from '@assay/contracts'
import { CliExit } from '../cli-io.ts'
import { checkCredentials, checkPermissions, checkRole } from './check-account.ts'
import { checkBucket, checkDatasetBucket, checkJumpStart } from './check-bucket.ts'
import { checkClock } from './check-clock.ts'
import { checkPlan } from './check-plan.ts'
import { checkRedis } from './check-redis.ts'
import { failed, type Finding, ok, reasonOf, warning } from './finding.ts'

export interface DoctorInputs {
  /** The settings of the processes, as they would read them. */
  env: Readonly<Record<string, string | undefined>>
  api: AssayClient
  /** Reads the experiment whose needs are looked at too; what it throws as CliExit is the user's to correct. */
  readSpec?: () => Promise<Record<string, unknown>>
}

const checkApi = async (api: AssayClient): Promise<Finding> => {
  const advice = 'start it ("npm run start:api"), or set ASSAY_URL; the other checks do not need it'
  try {
    await api.health()
    return ok('api', `${api.url} answers`)
  } catch (error) {
    return warning('api', reasonOf(error), advice)
  }
}

/** The plan that the API makes of the experiment, or why there is none. */
const planOf = async (api: AssayClient, readSpec: () => Promise<Record<string, unknown>>): Promise<Plan | Finding> => {
  try {
    return await api.plan(await readSpec(), { bodies: true })
  } catch (error) {
    if (error instanceof CliExit) throw error
    return error instanceof ProblemError
      ? failed('plan', error.message.replaceAll('\n', '; '), 'correct the experiment')
      : warning(
          'plan',
          reasonOf(error),
          'images, quotas and prices of the experiment are looked at once the API answers',
        )
  }
}

const checkPrices = async (list: ReturnType<typeof createPriceList>): Promise<Finding> => {
  const { rates, fallBack } = await list.read([{ instanceType: 'ml.g4dn.xlarge', use: 'training' }])
  const [rate] = rates
  return fallBack === undefined && rate
    ? ok('prices', `${rate.source}, of ${rate.date}`)
    : warning('prices', fallBack ?? 'none known', 'allow pricing:GetProducts; until then the dated table is used')
}

/** Looks at everything that an installation needs, by itself: it works while the API does not start. Looks that cannot be made are findings too. */
export const runDoctor = async ({ env, api, readSpec }: DoctorInputs): Promise<Finding[]> => {
  let config: ReturnType<typeof loadConfig<'api'>>
  try {
    config = loadConfig('api', env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return [
      failed(
        'settings',
        error.message.replace(/:\s*\n\s*/, ': ').replaceAll(/\s*\n\s*/g, '; '),
        'correct the ASSAY_* variables (docs/configuration.md)',
      ),
    ]
  }
  const { REGION: region, BUCKET: bucket, ROLE_ARN: roleArn, CLOUD_URL: cloudUrl } = config
  const settings = { region, ...(cloudUrl === undefined ? {} : { cloudUrl }) }
  const owners = bucketOwners(config)
  const clients = createCloudClients({ ...settings, bucketOwners: owners })
  const account = createAccountClients(settings)
  try {
    const { caller, findings } = await checkCredentials(account.sts)
    const where = ok(
      'settings',
      `region ${region}, bucket ${bucket}, ${cloudUrl === undefined ? 'AWS' : `local cloud at ${cloudUrl}`}`,
    )
    const plan = readSpec && (await planOf(api, readSpec))
    const looks = await Promise.all([
      checkClock(cloudUrl ?? `https://sts.${region}.amazonaws.com/`),
      checkRedis(config.REDIS_URL, config.REDIS_PREFIX),
      checkApi(api),
      checkPrices(createPriceList({ pricing: account.pricing, region })),
      // Without credentials each of these would only say the same again.
      ...(caller
        ? [
            checkRole(account.iam, roleArn, caller),
            ...policyHolders.map((holder) =>
              checkPermissions(account.iam, holder, holder === 'job-role' ? roleArn : caller.arn),
            ),
            checkBucket(clients, { bucket, region, owner: owners.get(bucket) }),
            ...config.DATASET_BUCKETS.map(({ name }) =>
              checkDatasetBucket(clients, { bucket: name, region, owner: owners.get(name) }),
            ),
            checkJumpStart(clients.s3, region),
            readQuotas(account.quotas).then((reading) =>
              'limits' in reading
                ? ok('quotas', `${reading.limits.size} of SageMaker readable`)
                : warning(
                    'quotas',
                    reading.unreadable,
                    'jobs beyond a quota wait; without sight of it nobody knows beforehand',
                  ),
            ),
          ]
        : []),
      ...(plan && 'approaches' in plan && caller ? [checkPlan(account.ecr, plan)] : []),
    ])
    return [where, ...findings, ...looks.flat(), ...(plan && 'check' in plan ? [plan] : [])]
  } finally {
    clients.destroy()
    account.destroy()
  }
}
