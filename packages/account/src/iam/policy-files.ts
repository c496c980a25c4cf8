import { stringify } from 'yaml'
import { type Policy, policyOf, type Statement } from './policy.ts'
import { policyHolders } from './process-actions.ts'

const words = {
  partition: 'aws',
  region: 'REGION',
  account: 'ACCOUNT',
  bucket: 'BUCKET',
  datasetBucketArn: 'arn:aws:s3:::DATASET_BUCKET',
  roleArn: 'arn:aws:iam::ACCOUNT:role/JOB_ROLE',
}

const logicalName = (holder: string) =>
  holder
    .split('-')
    .map((word) => word[0]?.toUpperCase() + word.slice(1))
    .join('')

/** `{"Fn::Sub": …}` wherever a text names a parameter, so that the template needs no tags of its own. */
const substituted = (value: unknown): unknown => {
  if (typeof value === 'string') return value.includes('${') ? { 'Fn::Sub': value } : value
  if (Array.isArray(value)) return value.map(substituted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, substituted(child)]))
}

/** Stands for the list of the parameter, which may be empty; a statement cannot be. */
const EACH_DATASET_BUCKET = 'each of DatasetBucketArns'

const arns = { Ref: 'DatasetBucketArns' }
const eachArn: Readonly<Record<string, object>> = {
  [EACH_DATASET_BUCKET]: arns,
  [`${EACH_DATASET_BUCKET}/*`]: {
    'Fn::Split': [',', { 'Fn::Join': ['', [{ 'Fn::Join': ['/*,', arns] }, '/*']] }],
  },
}

const templateStatement = (statement: Statement): unknown => {
  const list = eachArn[statement.Resource[0] ?? '']
  return list
    ? { 'Fn::If': ['HasDatasetBuckets', { ...statement, Resource: list }, { Ref: 'AWS::NoValue' }] }
    : substituted(statement)
}

const templatePolicy = ({ Version, Statement }: Policy) => ({ Version, Statement: Statement.map(templateStatement) })

const template = () => {
  const names = {
    partition: '${AWS::Partition}',
    region: '${AWS::Region}',
    account: '${AWS::AccountId}',
    bucket: '${Bucket}',
    datasetBucketArn: EACH_DATASET_BUCKET,
    roleArn: '${JobRole.Arn}',
  }
  const policies = policyHolders
    .filter((holder) => holder !== 'job-role')
    .map((holder) => [
      `${logicalName(holder)}Policy`,
      {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: {
          Description: `What Assay's ${holder} needs`,
          PolicyDocument: templatePolicy(policyOf(holder, names)),
        },
      },
    ])
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'The role of Assay’s SageMaker jobs, and a managed policy for each of its processes',
    Parameters: {
      Bucket: { Type: 'String', Description: 'ASSAY_BUCKET, which exists already' },
      DatasetBucketArns: {
        Type: 'CommaDelimitedList',
        Default: '',
        Description:
          'ARNs (arn:aws:s3:::name) of the buckets in ASSAY_DATASET_BUCKETS, with commas between; none by default',
      },
    },
    Conditions: { HasDatasetBuckets: { 'Fn::Not': [{ 'Fn::Equals': [{ 'Fn::Join': ['', arns] }, ''] }] } },
    Resources: {
      JobRole: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' },
            ],
          },
          Policies: [{ PolicyName: 'assay-job', PolicyDocument: templatePolicy(policyOf('job-role', names)) }],
        },
      },
      ...Object.fromEntries(policies),
    },
    Outputs: { JobRoleArn: { Description: 'ASSAY_ROLE_ARN', Value: { 'Fn::GetAtt': ['JobRole', 'Arn'] } } },
  }
}

/** The files below docs/iam by name: a policy a process with words to replace, and a CloudFormation template of all. */
export const policyFiles = (): Record<string, string> => ({
  ...Object.fromEntries(
    policyHolders.map((holder) => [`${holder}.json`, `${JSON.stringify(policyOf(holder, words), undefined, 2)}\n`]),
  ),
  'assay.cloudformation.yaml': stringify(template(), { aliasDuplicateObjects: false }),
})
