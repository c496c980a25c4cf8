import type { ExperimentSpecInput, Trial } from '@assay/contracts'
import { seededRandom } from './random.ts'

const started = Date.parse('2026-01-05T10:00:00.000Z')
export const at = (second: number) => new Date(started + second * 1000).toISOString()

/** One approach of the made-up study: its spec, how good it is, how long a trial takes, what it optimises. */
export interface Plan {
  spec: NonNullable<ExperimentSpecInput['approaches']>[number]
  skill: number
  secondsPerTrial: number
  metric: string
  direction: 'maximize' | 'minimize'
}

const ssd = { base_network: 'resnet-50', use_pretrained_model: 1, epochs: 12, mini_batch_size: 16 }
const jumpstart = { recipe: 'jumpstart', modelId: 'mxnet-od-ssd-512-vgg16-atrous-voc' } as const

export const plans: Plan[] = [
  {
    spec: {
      id: 'ddn',
      title: 'DDN from scratch',
      recipe: 'pytorch-script',
      instanceTypes: ['ml.g4dn.xlarge'],
      hyperparameters: { epochs: 12, backbone: 'resnet34' },
    },
    skill: 0.1,
    secondsPerTrial: 31,
    metric: 'main_score',
    direction: 'maximize',
  },
  {
    spec: {
      id: 'type-1',
      title: 'Type 1',
      recipe: 'sagemaker-object-detection',
      instanceTypes: ['ml.g4dn.xlarge', 'ml.g5.2xlarge'],
      hyperparameters: ssd,
    },
    skill: 0.3,
    secondsPerTrial: 24,
    metric: 'validation:mAP',
    direction: 'maximize',
  },
  {
    spec: {
      id: 'type-1-hpo',
      title: 'Type 1 + HPO',
      recipe: 'sagemaker-object-detection',
      instanceTypes: ['ml.g4dn.xlarge'],
      hyperparameters: ssd,
      tuning: {
        maxTrials: 6,
        maxParallel: 2,
        ranges: {
          learning_rate: { type: 'continuous', min: 1e-4, max: 1e-2 },
          momentum: { type: 'continuous', min: 0.8, max: 0.99 },
        },
      },
    },
    skill: 0.52,
    secondsPerTrial: 25,
    metric: 'validation:mAP',
    direction: 'maximize',
  },
  {
    spec: {
      id: 'type-2',
      title: 'Type 2',
      ...jumpstart,
      instanceTypes: ['ml.g4dn.xlarge'],
      hyperparameters: { epochs: 12, 'batch-size': 8 },
    },
    skill: 0.74,
    secondsPerTrial: 44,
    metric: 'Val_CrossEntropy',
    direction: 'minimize',
  },
  {
    spec: {
      id: 'type-2-hpo',
      title: 'Type 2 + HPO',
      ...jumpstart,
      instanceTypes: ['ml.g4dn.xlarge'],
      hyperparameters: { epochs: 12, 'batch-size': 8 },
      tuning: {
        maxTrials: 6,
        maxParallel: 3,
        ranges: { 'adam-learning-rate': { type: 'continuous', min: 1e-4, max: 1e-1, scale: 'logarithmic' } },
      },
    },
    skill: 0.77,
    secondsPerTrial: 42,
    metric: 'Val_CrossEntropy',
    direction: 'minimize',
  },
]

export const trialsOf = ({ spec, skill, secondsPerTrial, direction }: Plan, seed: number): Trial[] => {
  const random = seededRandom(seed)
  const count = spec.tuning?.maxTrials ?? 1
  return Array.from({ length: count }, (_, index) => ({
    name: `assay-abcdefghijklm-${spec.id}-1${count > 1 ? `-${String(index + 1).padStart(3, '0')}` : ''}`,
    status: 'Completed' as const,
    instanceType: 'ml.g4dn.xlarge',
    instanceCount: 1,
    billableSeconds: Math.round(secondsPerTrial * (0.9 + random() * 0.2)),
    startedAt: at(index * secondsPerTrial),
    endedAt: at((index + 1) * secondsPerTrial),
    hyperparameters: {
      epochs: '12',
      ...Object.fromEntries(
        Object.keys(spec.tuning?.ranges ?? {}).map((name) => [name, (10 ** (-1 - random() * 3)).toPrecision(4)]),
      ),
    },
    objective: direction === 'maximize' ? skill * (0.7 + random() * 0.3) : 4.2 - skill * 2.4 + random() * 0.8,
  }))
}

export const curvesOf = ({ skill, metric, direction }: Plan, seed: number) => {
  const random = seededRandom(seed)
  const points = (end: number, begin: number) =>
    Array.from({ length: 12 }, (_, step) => ({
      step: step + 1,
      value: end + (begin - end) * Math.exp(-step / 3) + (random() - 0.5) * 0.03,
    }))
  return direction === 'maximize'
    ? [
        { metric, points: points(skill * 0.95, 0.02) },
        { metric: 'train:cross_entropy', points: points(0.6 - skill * 0.3, 2.1) },
      ]
    : [
        { metric, points: points(4.2 - skill * 2.4, 6) },
        { metric: 'CrossEntropy', points: points(3.6 - skill * 2.2, 6.2) },
      ]
}
