import type { CloudClients } from '@assay/cloud'
import type { Queues } from '@assay/queue'
import type { CrashPoints } from './crash-points.ts'
import { effectName } from './effect-name.ts'

/** Puts crash points round every call that changes something in the cloud. The retries of the SDK lie between a call's two points. */
export const armClients = ({ s3, sagemaker, sagemakerOnce, runtime }: CloudClients, { around }: CrashPoints): void => {
  const middleware =
    <Args extends { input: object }, Result>(
      next: (args: Args) => Promise<Result>,
      { commandName = '' }: { commandName?: string },
    ) =>
    (args: Args): Promise<Result> => {
      const effect = effectName(commandName, { ...args.input })
      return effect === undefined ? next(args) : around(effect, () => next(args))
    }
  const options = { step: 'initialize', name: 'crashPoints', priority: 'high' } as const
  s3.middlewareStack.add(middleware, options)
  sagemaker.middlewareStack.add(middleware, options)
  sagemakerOnce.middlewareStack.add(middleware, options)
  runtime.middlewareStack.add(middleware, options)
}

export const armQueues = (queues: Queues, { around }: CrashPoints): Queues => ({
  ...queues,
  ensure: (ref) => around(`ensuring ${ref.stage}`, () => queues.ensure(ref)),
  ensureDatasetCheck: (datasetId) => around('ensuring data set check', () => queues.ensureDatasetCheck(datasetId)),
})
