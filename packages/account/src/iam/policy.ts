import { type PolicyHolder, processActions } from './process-actions.ts'

export interface Statement {
  Sid: string
  Effect: 'Allow'
  Action: string[]
  Resource: string[]
  Condition?: Record<string, Record<string, string>>
}

export interface Policy {
  Version: '2012-10-17'
  Statement: Statement[]
}

/** Names that a policy is written for; in a template they are its parameters. */
export interface PolicyNames {
  partition: string
  region: string
  account: string
  bucket: string
  /** ARN of a bucket that data sets and own code are only read from (ASSAY_DATASET_BUCKETS). */
  datasetBucketArn: string
  roleArn: string
}

interface Group {
  sid: string
  holds: (action: string) => boolean
  resources: (names: PolicyNames) => string[]
  condition?: Statement['Condition']
}

const isList = (action: string) => /^sagemaker:List(?!Tags|TrainingJobsFor)/.test(action)

/** Every action falls into the first group that holds it. */
const groups: readonly Group[] = [
  {
    sid: 'Bucket',
    holds: (action) => action === 's3:ListBucket',
    resources: ({ partition, bucket, region }) => [
      `arn:${partition}:s3:::${bucket}`,
      `arn:${partition}:s3:::jumpstart-cache-prod-${region}`,
    ],
  },
  {
    sid: 'ReadObjects',
    holds: (action) => action === 's3:GetObject',
    resources: ({ partition, bucket, region }) => [
      `arn:${partition}:s3:::${bucket}/*`,
      `arn:${partition}:s3:::jumpstart-cache-prod-${region}/*`,
    ],
  },
  {
    sid: 'WriteObjects',
    holds: (action) => action.startsWith('s3:'),
    resources: ({ partition, bucket }) => [`arn:${partition}:s3:::${bucket}/*`],
  },
  {
    sid: 'PassJobRole',
    holds: (action) => action === 'iam:PassRole',
    resources: ({ roleArn }) => [roleArn],
    condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
  },
  // Lists cannot be restricted to names.
  { sid: 'Lists', holds: isList, resources: () => ['*'] },
  {
    sid: 'OwnResources',
    holds: (action) => action.startsWith('sagemaker:'),
    resources: ({ partition, region, account }) => [`arn:${partition}:sagemaker:${region}:${account}:*/assay-*`],
  },
  {
    sid: 'Logs',
    holds: (action) => action.startsWith('logs:'),
    resources: ({ partition, region, account }) => [
      `arn:${partition}:logs:${region}:${account}:log-group:/aws/sagemaker/*`,
    ],
  },
  { sid: 'Account', holds: () => true, resources: () => ['*'] },
]

/** Every process, and the jobs, may read where data sets lie. */
const readStatements = ({ datasetBucketArn }: PolicyNames): Statement[] => [
  { Sid: 'DatasetBuckets', Effect: 'Allow', Action: ['s3:ListBucket'], Resource: [datasetBucketArn] },
  { Sid: 'DatasetObjects', Effect: 'Allow', Action: ['s3:GetObject'], Resource: [`${datasetBucketArn}/*`] },
]

/** The least that a process, or the role of its jobs, needs. */
export const policyOf = (holder: PolicyHolder, names: PolicyNames): Policy => {
  const bySid = new Map<string, string[]>()
  for (const action of [...new Set<string>(processActions[holder])].sort()) {
    const sid = groups.find(({ holds }) => holds(action))?.sid ?? ''
    bySid.set(sid, [...(bySid.get(sid) ?? []), action])
  }
  return {
    Version: '2012-10-17',
    Statement: [
      ...groups.flatMap(({ sid, resources, condition }) => {
        const actions = bySid.get(sid)
        return actions
          ? [
              {
                Sid: sid,
                Effect: 'Allow' as const,
                Action: actions,
                Resource: resources(names),
                ...(condition ? { Condition: condition } : {}),
              },
            ]
          : []
      }),
      ...readStatements(names),
    ],
  }
}
