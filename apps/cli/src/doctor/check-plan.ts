import { BatchGetImageCommand, type ECRClient } from '@aws-sdk/client-ecr'
import type { Plan } from '@assay/contracts'
import { failed, type Finding, fromError, ok, warning } from './finding.ts'

/** Every image that the plan's requests name. */
const imagesOf = ({ approaches }: Plan): string[] => {
  const text = JSON.stringify(approaches.map(({ requests }) => requests))
  return [...new Set([...text.matchAll(/"(?:TrainingImage|Image)":"([^"]+)"/g)].map(([, image = '']) => image))]
}

const checkImage = async (ecr: ECRClient, image: string): Promise<Finding> => {
  const [, registryId, repositoryName, imageTag] = /^(\d{12})\.dkr\.ecr\.[^/]+\/([^:@]+):([^@]+)$/.exec(image) ?? []
  if (registryId === undefined || repositoryName === undefined || imageTag === undefined)
    return warning('image', `${image} is not named by tag in ECR`, 'check by hand that SageMaker can pull it')
  try {
    const { images = [], failures = [] } = await ecr.send(
      new BatchGetImageCommand({ registryId, repositoryName, imageIds: [{ imageTag }] }),
    )
    return images.length > 0
      ? ok('image', image)
      : failed(
          'image',
          `${image}: ${failures[0]?.failureReason ?? 'not found'}`,
          'choose a version or region that has it, or push it there',
        )
  } catch (error) {
    const found = fromError('image', error, {
      allow: 'ecr:BatchGetImage',
      advice: 'check account, region and tag, or push it there',
    })
    return { ...found, detail: `${image}: ${found.detail}` }
  }
}

/** What one experiment needs: its images, its instance quotas, its prices. */
export const checkPlan = async (ecr: ECRClient, plan: Plan): Promise<Finding[]> => {
  const images = await Promise.all(imagesOf(plan).map((image) => checkImage(ecr, image)))
  const quotas = plan.quotas.map(({ name, verdict, detail }) =>
    verdict === 'enough'
      ? ok('quota', `${name}: ${detail}`)
      : verdict === 'short'
        ? failed('quota', `${name}: ${detail}`, 'ask for more in Service Quotas, or choose other instance types')
        : warning('quota', `${name}: ${detail}`, 'look in Service Quotas that it is above 0'),
  )
  const unpriced = plan.approaches.flatMap(({ id, reason }) => (reason === null ? [] : [`${id}: ${reason}`]))
  return [
    ...images,
    ...quotas,
    unpriced.length === 0
      ? ok('plan prices', 'every instance type has one')
      : warning('plan prices', unpriced.join('; '), 'a budget cannot be kept without them'),
  ]
}
