import type { Channel as InputChannel } from '@aws-sdk/client-sagemaker'
import type { ApproachSpec, PreparedChannels, TrainingFields } from '@assay/contracts'
import { type ExperimentRecord, PermanentError } from '@assay/pipeline'
import type { Objective, RequestContext } from '@assay/recipes'

/** What a channel holds: our own by the hash of its images, our uploads by the hash in their key, others' by their address. */
const contentOf = ({ DataSource }: InputChannel, prepared: PreparedChannels, ownPrefix: string): string => {
  const uri = DataSource?.S3DataSource?.S3Uri ?? ''
  const known = prepared.channels.find(({ s3Uri }) => s3Uri === uri)
  if (known) return known.contentSha256
  return uri.startsWith(ownPrefix) ? uri.slice(ownPrefix.length) : uri
}

const familyOf = (instanceType: string) => instanceType.split('.')[1] ?? instanceType

export interface TrainingFieldsInput {
  experiment: Pick<ExperimentRecord, 'id' | 'spec' | 'dataset'>
  prepared: PreparedChannels
  spec: ApproachSpec
  plan: RequestContext['plan']
  /** All that the approach may run on, not only what one attempt asks for. */
  instanceTypes: readonly string[]
  objective: Objective
  bucket: string
}

/** Reads off a request what the trained model depends on. Pure. */
export const trainingFields = ({
  experiment,
  prepared,
  spec,
  plan,
  instanceTypes,
  objective,
  bucket,
}: TrainingFieldsInput): TrainingFields => {
  const { fingerprint } = experiment.dataset.check
  if (fingerprint === undefined) throw new PermanentError('not_checked', 'the data set has no fingerprint')
  const { seed } = experiment.spec
  return {
    recipe: spec.recipe,
    image: plan.image,
    inputMode: plan.inputMode,
    metricDefinitions: Object.fromEntries(
      (plan.metricDefinitions ?? []).map(({ Name = '', Regex = '' }) => [Name, Regex]),
    ),
    networkIsolation: plan.networkIsolation,
    environment: plan.environment ?? {},
    hyperparameters: plan.hyperparameters,
    tuning: spec.tuning ? { ...spec.tuning, objective, seed: spec.tuning.seed ?? seed } : null,
    dataset: fingerprint,
    layout: prepared.layout,
    channels: Object.fromEntries(
      plan.channels.map((channel) => [
        channel.ChannelName ?? '',
        {
          content: contentOf(channel, prepared, `s3://${bucket}/data/${experiment.id}/`),
          ...(channel.ContentType === undefined ? {} : { contentType: channel.ContentType }),
        },
      ]),
    ),
    instanceFamilies: [...new Set(instanceTypes.map(familyOf))],
    spot: spec.spot !== undefined,
    seed,
  }
}
