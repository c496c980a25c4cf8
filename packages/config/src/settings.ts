import { z } from 'zod'

const port = z.coerce.number().int().min(0).max(65_535)
const bucketName = '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]'
const url = (protocols: RegExp) => z.url({ protocol: protocols })

/** Every setting once; each process takes the groups it needs. Names become ASSAY_<NAME>. */
export const settings = {
  log: {
    LOG_LEVEL: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
      .default('info')
      .describe('Least severe line that is logged.'),
  },
  redis: {
    REDIS_URL: url(/^rediss?$/)
      .default('redis://127.0.0.1:6379')
      .describe('The Redis of the queues. It must run with maxmemory-policy noeviction.'),
    REDIS_PREFIX: z
      .string()
      .regex(/^[A-Za-z0-9_-]+$/)
      .default('assay')
      .describe('Key prefix; processes that share queues share it.'),
  },
  cloud: {
    REGION: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/)
      .default('us-east-1')
      .describe('AWS region of SageMaker and the bucket.'),
    BUCKET: z
      .string()
      .regex(new RegExp(`^${bucketName}$`))
      .default('assay')
      .describe('Bucket of the ledger and of all bulk data.'),
    BUCKET_OWNER: z
      .string()
      .regex(/^\d{12}$/, 'an account id of twelve digits needed')
      .optional()
      .describe('Account that BUCKET must belong to. Unset: the account of ROLE_ARN.'),
    DATASET_BUCKETS: z
      .string()
      .default('')
      .transform((list) =>
        list
          .split(',')
          .map((bucket) => bucket.trim())
          .filter(Boolean),
      )
      .pipe(
        z.array(
          z
            .string()
            .regex(new RegExp(`^${bucketName}(=\\d{12})?$`), 'NAME or NAME=ACCOUNT needed, with commas between')
            .transform((entry) => {
              const [name = '', owner] = entry.split('=')
              return { name, ...(owner === undefined ? {} : { owner }) }
            }),
        ),
      )
      .describe(
        'Buckets, besides BUCKET, from which data sets may be registered and own code taken, separated by commas; NAME=ACCOUNT where one belongs to another account than BUCKET does.',
      ),
    ROLE_ARN: z
      .string()
      .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/?[\w+=,.@/-]+$/)
      .default('arn:aws:iam::123456789012:role/assay-local')
      .describe('Role that SageMaker assumes in training jobs and models.'),
    CLOUD_URL: url(/^http$/)
      .optional()
      .describe(
        'Address of a local cloud (loopback only). Set: everything runs there with made-up credentials. Unset: AWS.',
      ),
  },
  timing: {
    TIME_SCALE: z.coerce
      .number()
      .positive()
      .max(10)
      .default(1)
      .describe('Factor on all our own waits (polling, back-off, sweeps); tests and local runs make it small.'),
  },
  api: {
    HOST: z.string().default('127.0.0.1').describe('Address to listen on. Anything but loopback needs API_KEYS_FILE.'),
    PORT: port.default(4000).describe('Port to listen on; 0 takes a free one.'),
    API_KEYS_FILE: z
      .string()
      .optional()
      .describe('File with one SHA-256 (hex) of an API key a line. Unset: no keys, loopback only.'),
  },
  chaos: {
    CRASH_POINTS: z
      .string()
      .optional()
      .describe(
        'Folder in which a chaos test lists and arms the points before and after every effect, where the process ends itself by SIGKILL. Unset: no such points.',
      ),
  },
  worker: {
    CONCURRENCY: z.coerce
      .number()
      .int()
      .min(1)
      .max(256)
      .default(8)
      .describe('Deliveries that this process works on at a time.'),
    HEALTH_PORT: port.optional().describe('Port of GET /healthz of a worker; unset: none.'),
  },
} satisfies Record<string, z.ZodRawShape>

type Group = keyof typeof settings

/** The settings of each process, by group. */
export const processes = {
  api: ['log', 'redis', 'cloud', 'timing', 'chaos', 'api'],
  'worker-split': ['log', 'redis', 'cloud', 'timing', 'chaos', 'worker'],
  'worker-train': ['log', 'redis', 'cloud', 'timing', 'chaos', 'worker'],
  'worker-tune': ['log', 'redis', 'cloud', 'timing', 'chaos', 'worker'],
  'worker-infer': ['log', 'redis', 'cloud', 'timing', 'chaos', 'worker'],
  'worker-report': ['log', 'redis', 'cloud', 'timing', 'chaos', 'worker'],
  'worker-control': ['log', 'redis', 'cloud', 'timing', 'chaos', 'worker'],
} as const satisfies Record<string, readonly Group[]>
export type ProcessName = keyof typeof processes
