import { join } from 'node:path'
import type { CreateModelInput, DescribeModelOutput } from '@aws-sdk/client-sagemaker'
import { assertRole } from '../../account/principals.ts'
import { validationError } from '../../aws-error.ts'
import { firstUnder } from '../../runner/object-store.ts'
import { openTable, type Table } from '../../state/table.ts'
import type { Wire } from '../../wire.ts'
import { arnOf, type CloudContext } from '../context.ts'
import { findProgram } from '../find-program.ts'
import { readS3Uri } from '../read-s3-uri.ts'

export type Model = Wire<DescribeModelOutput>

/** Models: an image, an artifact and an environment under a name. */
export interface ModelService {
  table: Table<Model>
  create(input: Wire<CreateModelInput>): Promise<string>
  get(name: string): Model
  delete(name: string): void
  close(): void
}

type Container = NonNullable<Model['PrimaryContainer']>

/** The one container that a model here may have. */
export const containerOf = (model: Pick<Model, 'PrimaryContainer' | 'Containers'>): Container | undefined =>
  model.PrimaryContainer ?? model.Containers?.[0]

/** The S3 URI of a container's artifact and how it is packed. */
export const artifactOf = (container: Container): { uri: string; packed: boolean } | undefined => {
  const source = container.ModelDataSource?.S3DataSource
  if (source) return { uri: source.S3Uri, packed: source.CompressionType !== 'None' }
  return container.ModelDataUrl === undefined ? undefined : { uri: container.ModelDataUrl, packed: true }
}

export const createModelService = (context: CloudContext): ModelService => {
  const { clock, tags, objects } = context
  const table = openTable<Model>(join(context.dataDir, 'models.jsonl'))
  const arn = (name: string) => arnOf(context, 'model', name)
  const get = (name: string): Model => {
    const model = table.get(name.toLowerCase())
    if (!model) throw validationError(`Could not find model "${arn(name)}".`)
    return model
  }
  const assertFree = (name: string) => {
    if (table.has(name.toLowerCase())) throw validationError(`Cannot create already existing model "${arn(name)}".`)
  }

  return {
    table,
    get,
    create: async (input) => {
      assertFree(input.ModelName)
      const container = containerOf(input)
      if (!container) throw validationError('Exactly one of PrimaryContainer and Containers must be given')
      if ((input.Containers?.length ?? 0) > 1)
        throw validationError('The local cloud supports models of one container only')
      if (container.Mode === 'MultiModel')
        throw validationError('The local cloud does not support multi-model containers')
      const program = await findProgram(context, container.Image ?? '', 'serve')
      if (program.docker && input.EnableNetworkIsolation)
        throw validationError(
          'The local cloud cannot reach a serving container without a network; EnableNetworkIsolation is not supported with docker',
        )
      assertRole(context, input.ExecutionRoleArn)
      const artifact = artifactOf(container)
      if (artifact && (await firstUnder(objects, readS3Uri(artifact.uri))) === undefined)
        throw validationError(`Could not find model data at ${artifact.uri}.`)
      assertFree(input.ModelName)
      const { Tags, ...rest } = input
      const model: Model = {
        ...rest,
        ModelArn: arn(input.ModelName),
        CreationTime: clock.stamp(),
        EnableNetworkIsolation: input.EnableNetworkIsolation ?? false,
      }
      tags.add(model.ModelArn, Tags ?? [])
      table.set(input.ModelName.toLowerCase(), model)
      return model.ModelArn
    },
    delete: (name) => {
      const { ModelArn } = get(name)
      table.delete(name.toLowerCase())
      tags.drop(ModelArn)
    },
    close: () => table.close(),
  }
}
