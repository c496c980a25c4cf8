import type { StageHandler } from '@assay/pipeline'
import { deployEndpoint } from './deploy-endpoint.ts'
import { type DeployDeps, deploymentOf } from './deployment.ts'
import { runTransform } from './transform/run-transform.ts'

/** Brings the trained model to where it answers: behind an endpoint that waits for requests, or over all images at once in a transform job. */
export const createDeploy =
  (deps: DeployDeps): StageHandler<'deploy'> =>
  async (input, { log }) => {
    const deployment = deploymentOf(input, deps)
    return input.approach.spec.inference === 'transform'
      ? runTransform(deps, deployment, input, log)
      : deployEndpoint(deps, deployment, log)
  }
