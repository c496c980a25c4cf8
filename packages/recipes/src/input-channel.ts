import type { Channel as InputChannel, TrainingInputMode } from '@aws-sdk/client-sagemaker'
import type { Channel } from '@assay/contracts'

export interface ChannelOptions {
  contentType?: string
  inputMode?: TrainingInputMode
}

/** A channel of one prefix (or one object, where the URI is its whole key), the same on every machine of the job. */
export const inputChannel = (
  name: string,
  uri: string,
  { contentType, inputMode = 'File' }: ChannelOptions = {},
): InputChannel => ({
  ChannelName: name,
  ...(contentType === undefined ? {} : { ContentType: contentType }),
  InputMode: inputMode,
  DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: uri, S3DataDistributionType: 'FullyReplicated' } },
})

/** A channel that was prepared. An augmented manifest is streamed, image and boxes as one RecordIO record a line. */
export const preparedChannel = (
  { name, s3Uri, contentType, attributeNames }: Channel,
  options: ChannelOptions & { name?: string } = {},
): InputChannel => {
  const channel = inputChannel(options.name ?? name, s3Uri, {
    ...(contentType === undefined ? {} : { contentType }),
    ...options,
  })
  if (attributeNames === undefined) return channel
  return {
    ...channel,
    RecordWrapperType: 'RecordIO',
    InputMode: 'Pipe',
    DataSource: {
      S3DataSource: {
        S3DataType: 'AugmentedManifestFile',
        S3Uri: s3Uri,
        S3DataDistributionType: 'FullyReplicated',
        AttributeNames: attributeNames,
      },
    },
  }
}
