import { CreateModelCommand, CreateTrainingJobCommand } from '@aws-sdk/client-sagemaker'
import { priceTable } from '@assay/pricing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { aCloud, aScriptedJob, eventually, role } from '../testing/a-cloud.ts'
import { setControl } from '../testing/set-control.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

let cloud: Awaited<ReturnType<typeof aCloud>>
beforeAll(async () => {
  cloud = await aCloud({ control: true })
})
afterAll(async () => cloud.end())

const lifecycle = (settings: unknown) => setControl(cloud.url, 'lifecycle', settings)

const call = async (target: string, input: unknown): Promise<Record<string, unknown>> => {
  const answer = await fetch(cloud.url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
    body: JSON.stringify(input),
  })
  return { status: answer.status, ...((await answer.json()) as Record<string, unknown>) }
}

const query = async (form: Record<string, string>) => {
  const answer = await fetch(cloud.url, { method: 'POST', body: new URLSearchParams(form) })
  return { status: answer.status, text: await answer.text() }
}

const offers = async (filters: Record<string, string>) => {
  const { PriceList } = await call('AWSPriceListService.GetProducts', {
    ServiceCode: 'AmazonSageMaker',
    Filters: Object.entries(filters).map(([Field, Value]) => ({ Type: 'TERM_MATCH', Field, Value })),
  })
  return (PriceList as string[]).map(
    (text) =>
      JSON.parse(text) as {
        product: { attributes: Record<string, string> }
        terms: { OnDemand: Record<string, { priceDimensions: Record<string, { pricePerUnit: { USD: string } }> }> }
      },
  )
}

const usdOf = (offer: Awaited<ReturnType<typeof offers>>[number] | undefined) =>
  Object.values(Object.values(offer?.terms.OnDemand ?? {})[0]?.priceDimensions ?? {})[0]?.pricePerUnit.USD

test('every type of the dated table has an offer for each use, at its price', async () => {
  for (const { instanceType, microUsdPerHour } of priceTable.entries)
    for (const component of ['Training', 'SpotTraining', 'Hosting', 'BatchTransform']) {
      const found = await offers({ regionCode: 'us-east-1', instanceName: instanceType, component })
      expect(found.map(usdOf)).toEqual([(microUsdPerHour / 1e6).toFixed(10)])
    }
})

test('a price that is set goes before that of the table, also for types that it lacks', async () => {
  await lifecycle({ prices: { 'ml.g5.xlarge': 9.5, 'ml.g6e.48xlarge': 17 } })
  const usd = async (instanceName: string) => usdOf((await offers({ instanceName, component: 'Training' }))[0])
  expect([await usd('ml.g5.xlarge'), await usd('ml.g6e.48xlarge')]).toEqual(['9.5000000000', '17.0000000000'])
  await lifecycle({ prices: {} })
})

test('pages of the price list join to the whole, and a region without prices has none', async () => {
  const skus: string[] = []
  let NextToken: string | undefined
  do {
    const page = await call('AWSPriceListService.GetProducts', {
      ServiceCode: 'AmazonSageMaker',
      MaxResults: 7,
      NextToken,
    })
    for (const text of page['PriceList'] as string[])
      skus.push((JSON.parse(text) as { product: { sku: string } }).product.sku)
    NextToken = page['NextToken'] as string | undefined
  } while (NextToken !== undefined)
  expect(new Set(skus).size).toBe(priceTable.entries.length * 4)
  expect(skus).toHaveLength(priceTable.entries.length * 4)
  expect(await offers({ regionCode: 'eu-west-1' })).toEqual([])
})

test.each([
  [{ ServiceCode: 'AmazonEC2' }, 'NotFoundException'],
  [{}, 'InvalidParameterException'],
  [{ ServiceCode: 'AmazonSageMaker', MaxResults: 101 }, 'InvalidParameterException'],
  [{ ServiceCode: 'AmazonSageMaker', NextToken: 'none' }, 'InvalidNextTokenException'],
  [
    { ServiceCode: 'AmazonSageMaker', Filters: [{ Type: 'TERM_MATCH', Field: 'colour', Value: 'red' }] },
    'InvalidParameterException',
  ],
  [
    { ServiceCode: 'AmazonSageMaker', Filters: [{ Type: 'LIKE', Field: 'sku', Value: 'A' }] },
    'InvalidParameterException',
  ],
])('GetProducts of %j is refused as %s', async (input, code) => {
  expect(await call('AWSPriceListService.GetProducts', input)).toMatchObject({ status: 400, __type: code })
})

test('the quota that refuses a job is the one that is listed, and spot has its own', async () => {
  const name = 'ml.g4dn.xlarge for training job usage'
  const spotName = 'ml.g4dn.xlarge for spot training job usage'
  await lifecycle({ quotas: { [name]: 0, [spotName]: 1 } })
  const { Quotas } = await call('ServiceQuotasV20190624.ListServiceQuotas', { ServiceCode: 'sagemaker' })
  expect(Quotas).toMatchObject([
    { QuotaName: name, Value: 0, ServiceCode: 'sagemaker' },
    { QuotaName: spotName, Value: 1 },
  ])
  const [{ QuotaCode } = { QuotaCode: '' }] = Quotas as { QuotaCode: string }[]
  expect(await call('ServiceQuotasV20190624.GetServiceQuota', { ServiceCode: 'sagemaker', QuotaCode })).toMatchObject({
    Quota: { QuotaName: name, Value: 0 },
  })
  const create = (job: string, EnableManagedSpotTraining: boolean) =>
    cloud.sagemaker.send(
      new CreateTrainingJobCommand(
        aScriptedJob(
          job,
          { duration_seconds: '600' },
          {
            EnableManagedSpotTraining,
            ResourceConfig: { InstanceType: 'ml.g4dn.xlarge', InstanceCount: 1, VolumeSizeInGB: 1 },
            StoppingCondition: {
              MaxRuntimeInSeconds: 600,
              MaxWaitTimeInSeconds: EnableManagedSpotTraining ? 600 : undefined,
            },
          },
        ),
      ),
    )
  await expect(create('on-demand', false)).rejects.toThrow(`The account-level service limit '${name}' is 0 Instances`)
  await create('spot-1', true)
  await expect(create('spot-2', true)).rejects.toThrow(`'${spotName}' is 1 Instances, with current utilization of 1`)
  await lifecycle({ quotas: {} })
})

test('a quota that is not set is not listed and cannot be asked for', async () => {
  expect(await call('ServiceQuotasV20190624.ListServiceQuotas', { ServiceCode: 'sagemaker' })).toMatchObject({
    Quotas: [],
  })
  expect(
    await call('ServiceQuotasV20190624.GetServiceQuota', { ServiceCode: 'sagemaker', QuotaCode: 'L-00000000' }),
  ).toMatchObject({ status: 400, __type: 'NoSuchResourceException' })
  expect(await call('ServiceQuotasV20190624.ListServiceQuotas', { ServiceCode: 'ec2' })).toMatchObject({
    __type: 'NoSuchResourceException',
  })
})

test('a role exists and is trusted unless a rule says otherwise, and Create calls agree', async () => {
  const getRole = (RoleName: string) => query({ Action: 'GetRole', Version: '2010-05-08', RoleName })
  const found = await getRole('local')
  expect(found.status).toBe(200)
  expect(decodeURIComponent(found.text)).toContain('"Service":["sagemaker.amazonaws.com"]')
  await lifecycle({
    principals: [
      { pattern: 'role/local$', trusts: ['ec2.amazonaws.com'] },
      { pattern: 'role/none$', missing: true },
    ],
  })
  expect(decodeURIComponent((await getRole('local')).text)).toContain('"Service":["ec2.amazonaws.com"]')
  expect(await getRole('none')).toMatchObject({
    status: 404,
    text: expect.stringContaining(
      '<Code>NoSuchEntity</Code><Message>The role with name none cannot be found.</Message>',
    ),
  })
  const refusal = `Could not assume role ${role}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`
  await expect(cloud.sagemaker.send(new CreateTrainingJobCommand(aScriptedJob('untrusted')))).rejects.toThrow(refusal)
  await expect(
    cloud.sagemaker.send(
      new CreateModelCommand({
        ModelName: 'untrusted',
        ExecutionRoleArn: role,
        PrimaryContainer: { Image: 'local/scripted:1' },
      }),
    ),
  ).rejects.toThrow(refusal)
  await lifecycle({ principals: [] })
})

test('SimulatePrincipalPolicy answers for each action and resource', async () => {
  await lifecycle({ principals: [{ pattern: 'user/local', denied: ['sagemaker:Create*'] }] })
  const { text } = await query({
    Action: 'SimulatePrincipalPolicy',
    Version: '2010-05-08',
    PolicySourceArn: 'arn:aws:iam::123456789012:user/local',
    'ActionNames.member.1': 'sagemaker:CreateTrainingJob',
    'ActionNames.member.2': 's3:GetObject',
    'ResourceArns.member.1': 'arn:aws:s3:::data/*',
  })
  const decisions = [...text.matchAll(/<EvalActionName>(.*?)<.*?<EvalDecision>(.*?)</g)].map(([, ...found]) => found)
  expect(decisions).toEqual([
    ['sagemaker:CreateTrainingJob', 'implicitDeny'],
    ['s3:GetObject', 'allowed'],
  ])
  await lifecycle({ principals: [] })
})

test('an action that is not done is refused by name and journalled under its service', async () => {
  expect(await query({ Action: 'ListRoles', Version: '2010-05-08' })).toMatchObject({
    status: 400,
    text: expect.stringContaining('<Code>InvalidAction</Code>'),
  })
  expect(await query({ Action: 'GetRole', Version: '2010-05-08' })).toMatchObject({
    status: 400,
    text: expect.stringContaining('Value null at &apos;roleName&apos; failed to satisfy constraint'),
  })
  const entries = await eventually(
    async () => (await fetch(`${cloud.url}/_control/journal?operation=ListRoles`)).json() as Promise<unknown[]>,
    (found) => found.length > 0,
  )
  expect(entries).toMatchObject([{ service: 'iam', status: 400, errorCode: 'InvalidAction', committed: false }])
})

test('a fault rule hits the query protocol with an error of its shape', async () => {
  await setControl(cloud.url, 'faults', {
    service: 'sts',
    count: 1,
    effect: { error: { code: 'Throttling', status: 400, message: 'Rate exceeded' } },
  })
  const ask = () => query({ Action: 'GetCallerIdentity', Version: '2011-06-15' })
  expect((await ask()).text).toContain('<Code>Throttling</Code><Message>Rate exceeded</Message>')
  expect((await ask()).text).toContain('<Account>123456789012</Account>')
})

test('ECR knows the images that the registry of programs resolves', async () => {
  const images = (repositoryName: string, imageTag = '1') =>
    call('AmazonEC2ContainerRegistry_V20150921.DescribeImages', {
      registryId: '811284229777',
      repositoryName,
      imageIds: [{ imageTag }],
    })
  expect(await images('object-detection')).toMatchObject({
    imageDetails: [
      { registryId: '811284229777', imageTags: ['1'], imageDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
    ],
  })
  expect(await images('none')).toMatchObject({ status: 400, __type: 'RepositoryNotFoundException' })
  const { images: found, failures } = await call('AmazonEC2ContainerRegistry_V20150921.BatchGetImage', {
    repositoryName: 'tiny',
    imageIds: [{ imageTag: '1' }, { imageDigest: `sha256:${'0'.repeat(64)}` }],
  })
  expect(found).toMatchObject([{ imageId: { imageTag: '1' } }])
  expect(failures).toMatchObject([{ failureCode: 'ImageNotFound' }])
})
