import { stringify } from 'yaml'
import { policyOf } from './policy.ts'
import { type PolicyHolder, processActions } from './process-actions.ts'

const holders = Object.keys(processActions) as PolicyHolder[]

const words = {
  partition: 'aws',
  region: 'REGION',
  account: 'ACCOUNT',
  bucket: 'BUCKET',
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

const template = () => {
  const names = {
    partition: '${AWS::Partition}',
    region: '${AWS::Region}',
    account: '${AWS::AccountId}',
    bucket: '${Bucket}',
    roleArn: '${JobRole.Arn}',
  }
  const policies = holders
    .filter((holder) => holder !== 'job-role')
    .map((holder) => [
      `${logicalName(holder)}Policy`,
      {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: {
          Description: `What Assay's ${holder} needs`,
          PolicyDocument: substituted(policyOf(holder, names)),
        },
      },
    ])
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'The role of Assay’s SageMaker jobs, and a managed policy for each of its processes',
    Parameters: { Bucket: { Type: 'String', Description: 'ASSAY_BUCKET, which exists already' } },
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
          Policies: [{ PolicyName: 'assay-job', PolicyDocument: substituted(policyOf('job-role', names)) }],
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
    holders.map((holder) => [`${holder}.json`, `${JSON.stringify(policyOf(holder, words), undefined, 2)}\n`]),
  ),
  'assay.cloudformation.yaml': stringify(template()),
})
