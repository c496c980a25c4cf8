import type { LifeCycle, Metric, Objective } from './recipe.ts'

/** What detectors of one framework share in JumpStart, and their specs do not say or may leave out. */
export interface JumpStartFamily {
  /** Beginning of the model ids. */
  prefix: string
  lifeCycle: LifeCycle
  objective: Objective
  /** Used beside those of the spec; what the spec names counts. */
  metrics: readonly Metric[]
}

const NUMBER = '([0-9\\.]+)'

export const jumpStartFamilies: readonly JumpStartFamily[] = [
  {
    prefix: 'mxnet-od-',
    lifeCycle: {
      state: 'legacy',
      note: 'Apache has retired MXNet, and its last image is 1.9.0. JumpStart’s pytorch-od1-… and tensorflow-od1-… detectors replace it.',
    },
    // This algorithm reports no mAP; the study tunes the loss on its own held-back part.
    objective: { metric: 'Val_CrossEntropy', direction: 'minimize' },
    metrics: ['CrossEntropy', 'SmoothL1', 'Val_CrossEntropy', 'Val_SmoothL1'].map((name) => ({
      name,
      regex: `${name}=${NUMBER}`,
    })),
  },
  {
    // Source of the metric: aws/amazon-sagemaker-examples, Amazon_JumpStart_Object_Detection.
    prefix: 'pytorch-od1-',
    lifeCycle: { state: 'current', note: 'torchvision detectors on AWS Deep Learning Containers for PyTorch.' },
    objective: { metric: 'val_loss', direction: 'minimize' },
    metrics: [{ name: 'val_loss', regex: `val_loss: ${NUMBER}` }],
  },
  {
    // Source of the metric: AWS developer guide, object-detection-tensorflow-tuning.
    prefix: 'tensorflow-od1-',
    lifeCycle: { state: 'current', note: 'SageMaker’s built-in “Object Detection – TensorFlow”.' },
    objective: { metric: 'validation:localization_loss', direction: 'minimize' },
    metrics: [{ name: 'validation:localization_loss', regex: `Val_localization=${NUMBER}` }],
  },
]

/** Undefined for a model that is no detector of a known framework. */
export const familyOf = (modelId: string): JumpStartFamily | undefined =>
  jumpStartFamilies.find(({ prefix }) => modelId.startsWith(prefix))

/** A name alone also matches within a longer one: `CrossEntropy=` within `Val_CrossEntropy=`. Group 1 stays group 1. */
const anchored = (regex: string): string => (/^\w/.test(regex) ? `(?:^|\\W)(?:${regex})` : regex)

/** The spec's metrics, anchored, and those of the family that it does not name. */
export const metricsOf = (
  spec: { metrics?: readonly { Name: string; Regex: string }[] | null | undefined },
  family: JumpStartFamily,
): Metric[] => {
  const own = (spec.metrics ?? []).map(({ Name, Regex }) => ({ name: Name, regex: anchored(Regex) }))
  const named = new Set(own.map(({ name }) => name))
  return [
    ...own,
    ...family.metrics
      .filter(({ name }) => !named.has(name))
      .map(({ name, regex }) => ({ name, regex: anchored(regex) })),
  ]
}
