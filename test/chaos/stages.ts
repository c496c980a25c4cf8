import type { StageName } from '@assay/contracts'
import { resourceName } from '@assay/cloud'
import { queueOfStage } from '@assay/queue'
import type { FaultRule } from '../../apps/local-cloud/src/control/fault-rules.ts'

/** What faults are aimed at: which calls an experiment makes in one of its stages, and where the stage's outcome goes. */
export interface ChaosStage {
  name: StageName
  /** The document below `experiments/<id>/` that ends it, and the layout, approach or shard that it is taken at. */
  outcome: string
  /** Control plane and runtime calls, where it makes any. */
  cloud?: { operations: readonly string[]; approach: number }
  /** Objects that it reads, as a regular expression for their keys. */
  reads?: (id: string) => string
}

export const chaosStages: readonly ChaosStage[] = [
  { name: 'split', outcome: 'split.json', reads: (id) => `experiments/${id}/spec\\.json` },
  { name: 'prepare', outcome: 'prepare-recordio.json', reads: (id) => `data/${id}/.*split-manifest\\.json` },
  {
    name: 'train',
    outcome: 'plain/1/train.json',
    cloud: { operations: ['CreateTrainingJob', 'DescribeTrainingJob'], approach: 0 },
  },
  {
    name: 'tune',
    outcome: 'tuned/1/tune.json',
    cloud: { operations: ['CreateHyperParameterTuningJob', 'DescribeHyperParameterTuningJob'], approach: 1 },
  },
  {
    name: 'deploy',
    outcome: 'plain/1/deploy.json',
    cloud: {
      operations: ['CreateModel', 'CreateEndpointConfig', 'CreateEndpoint', 'DescribeEndpoint'],
      approach: 0,
    },
  },
  {
    name: 'infer',
    outcome: 'plain/1/infer-0.json',
    cloud: { operations: ['InvokeEndpoint'], approach: 0 },
    reads: () => '/uploads/.*\\.jpg',
  },
  { name: 'evaluate', outcome: 'plain/1/evaluate.json', reads: (id) => `data/${id}/predictions/plain/` },
  {
    name: 'teardown',
    outcome: 'plain/1/teardown.json',
    cloud: { operations: ['DeleteEndpoint', 'DeleteEndpointConfig', 'DeleteModel'], approach: 0 },
  },
  { name: 'report', outcome: 'report-1.json', reads: (id) => `data/${id}/evaluate/` },
  { name: 'finish', outcome: 'outcome-1.json' },
]

export type Target = Pick<FaultRule, 'service' | 'operation' | 'resource'>

/** The write of the stage's outcome. */
export const outcomeWrite = ({ outcome }: ChaosStage, id: string): Target => ({
  service: 's3',
  operation: 'PutObject',
  resource: `experiments/${id}/${outcome.replaceAll('.', '\\.')}$`,
})

/** Each call that the stage makes to the control plane or an endpoint. */
export const cloudCalls = ({ cloud }: ChaosStage, id: string): (Target & { operation: string })[] =>
  (cloud?.operations ?? []).map((operation) => ({
    operation,
    resource: `^${resourceName(id, cloud?.approach ?? 0, 1)}$`,
  }))

export const workerOf = ({ name }: ChaosStage): string => `worker-${queueOfStage[name]}`
