import { createHash } from 'node:crypto'
import { AwsError } from '../aws-error.ts'
import type { CloudContext } from '../sagemaker/context.ts'
import type { JsonService } from '../server/json-protocol.ts'
import { createInputValidator } from '../server/validate-input.ts'
import { type Fields, textOf } from '../wire.ts'
import { serviceModels } from './service-models.ts'

interface ImageId {
  imageDigest?: string
  imageTag?: string
}

const mediaType = 'application/vnd.docker.distribution.manifest.v2+json'

const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`

/** A manifest without layers, as no image is behind the URI; its config names the URI, so that every URI has its own digest. */
const manifestOf = (uri: string): string => {
  const config = JSON.stringify({ config: { Labels: { uri } } })
  return JSON.stringify({
    schemaVersion: 2,
    mediaType,
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      size: config.length,
      digest: digestOf(config),
    },
    layers: [],
  })
}

/** ECR, as far as asking whether an image exists: it does where the registry of programs resolves its URI. */
export const createImageRepositories = ({
  registry,
  region,
  accountId,
}: Pick<CloudContext, 'registry' | 'region' | 'accountId'>): JsonService => {
  const readRequest = (input: Fields) => {
    const registryId = textOf(input, 'registryId', accountId)
    const repositoryName = textOf(input, 'repositoryName')
    const uri = (tag: string) => `${registryId}.dkr.ecr.${region}.amazonaws.com/${repositoryName}:${tag}`
    // A repository exists where some tag of it would be resolved; a pattern that ends in a fixed tag is met by the request's own tags.
    const ids = (input['imageIds'] ?? []) as ImageId[]
    const find = ({ imageTag, imageDigest }: ImageId) => {
      if (imageTag === undefined || !registry.find(uri(imageTag))) return undefined
      const imageManifest = manifestOf(uri(imageTag))
      const digest = digestOf(imageManifest)
      return imageDigest === undefined || imageDigest === digest ? { imageTag, digest, imageManifest } : undefined
    }
    if (!registry.find(uri('latest')) && !ids.some(find))
      throw new AwsError(
        'RepositoryNotFoundException',
        `The repository with name '${repositoryName}' does not exist in the registry with id '${registryId}'`,
      )
    return { registryId, repositoryName, ids, find }
  }
  return {
    name: 'ecr',
    validate: createInputValidator(serviceModels.ecr, 'InvalidParameterException'),
    operations: {
      DescribeImages: (input: Fields) => {
        const { registryId, repositoryName, ids, find } = readRequest(input)
        if (ids.length === 0)
          throw new AwsError(
            'InvalidParameterException',
            'The local cloud knows patterns of images, not a list of them; imageIds are needed, each with an imageTag',
          )
        return {
          imageDetails: ids.map((id) => {
            const found = find(id)
            if (!found)
              throw new AwsError(
                'ImageNotFoundException',
                `The image with imageId {imageDigest:'${id.imageDigest ?? 'null'}', imageTag:'${id.imageTag ?? 'null'}'} does not exist within the repository with name '${repositoryName}' in the registry with id '${registryId}'`,
              )
            return {
              registryId,
              repositoryName,
              imageDigest: found.digest,
              imageTags: [found.imageTag],
              imageManifestMediaType: mediaType,
            }
          }),
        }
      },
      BatchGetImage: (input: Fields) => {
        const { registryId, repositoryName, ids, find } = readRequest(input)
        return {
          images: ids.flatMap((id) => {
            const found = find(id)
            if (!found) return []
            const { digest, imageTag, imageManifest } = found
            const imageId = { imageDigest: digest, imageTag }
            return [{ registryId, repositoryName, imageId, imageManifest, imageManifestMediaType: mediaType }]
          }),
          failures: ids
            .filter((id) => !find(id))
            .map((imageId) => ({ imageId, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' })),
        }
      },
    },
  }
}
