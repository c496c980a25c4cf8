import { CreateModelCommand, DeleteModelCommand, DescribeModelCommand } from '@aws-sdk/client-sagemaker'
import { createOnce } from '@assay/cloud'
import { modelRequest, recipeOf } from '@assay/recipes'
import type { DeployDeps, Deployment } from './deployment.ts'

/** The attempt's model in the cloud, made once: what an endpoint and a transform job both start from. */
export const ensureModel = async (
  { clients: { sagemaker, sagemakerOnce }, recipes, repack, roleArn }: DeployDeps,
  { name, named, experimentId, spec, modelArtifact, guards }: Deployment,
): Promise<unknown> =>
  createOnce({
    ...guards('model'),
    describe: () => sagemaker.send(new DescribeModelCommand({ ModelName: name })),
    arnOf: ({ ModelArn }) => ModelArn,
    create: async () => {
      const { container, repack: planned } = await recipeOf(recipes, spec).host(spec, { experimentId, modelArtifact })
      if (planned) await repack(planned)
      return sagemakerOnce.send(new CreateModelCommand(modelRequest(named, { roleArn, container })))
    },
    undo: () => sagemaker.send(new DeleteModelCommand({ ModelName: name })),
  })
