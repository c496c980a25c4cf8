import { ListTagsCommand, type SageMakerClient } from '@aws-sdk/client-sagemaker'
import { PermanentError } from '@assay/pipeline'
import { isAlreadyThere, NotVisibleYet } from './errors.ts'
import { ifThere } from './if-there.ts'
import { tagNames } from './names.ts'

export interface CreateOnce<Description> {
  sagemaker: SageMakerClient
  name: string
  specSha256: string
  /** Written before Create, so that a resource exists only where its intent does. */
  recordIntent: () => Promise<unknown>
  describe: () => Promise<Description>
  arnOf: (description: Description) => string | undefined
  create: () => Promise<unknown>
  /** Canceled, or its teardown has begun. Read just before and just after Create. */
  isStopped: () => Promise<boolean>
  /** Removes what was created although the attempt was stopped meanwhile. */
  undo: () => Promise<unknown>
}

/** The attempt was canceled or closed while its resource was to be created; nothing of it remains. */
export class AttemptStopped extends PermanentError {
  constructor(name: string) {
    super('canceled', `${name} was not created: the attempt had been stopped`)
  }
}

/** What exists, for a Create succeeded or was refused on its account, may not be found for a while. Sorted as an outage: uses up no try. */
const describeWhenVisible = async <Description>({ name, describe }: CreateOnce<Description>): Promise<Description> => {
  const description = await ifThere(describe)
  if (description !== undefined) return description
  throw new NotVisibleYet(`${name} exists and cannot be found yet`)
}

/** A resource of our name is ours when it carries our spec's hash; anything else is somebody else's and is left alone. */
const adopt = async <Description>(input: CreateOnce<Description>, description: Description): Promise<Description> => {
  const { sagemaker, name, specSha256, arnOf } = input
  const { Tags = [] } = await sagemaker.send(new ListTagsCommand({ ResourceArn: arnOf(description) }))
  const met = Tags.find(({ Key }) => Key === tagNames.spec)?.Value
  if (met !== specSha256)
    throw new PermanentError(
      'name_collision',
      `${name} exists already and is not of this experiment (tag ${tagNames.spec} is ${met === undefined ? 'absent' : `"${met}"`}, "${specSha256}" needed)`,
    )
  return description
}

/** Intent → Describe → Create → adopt: however often and wherever it runs, one resource of the name comes to be. */
export const createOnce = async <Description>(input: CreateOnce<Description>): Promise<Description> => {
  const { name, recordIntent, describe, create, isStopped, undo } = input
  await recordIntent()
  const known = await ifThere(describe)
  if (known !== undefined) return adopt(input, known)
  if (await isStopped()) throw new AttemptStopped(name)
  try {
    await create()
  } catch (error) {
    if (!isAlreadyThere(error)) throw error
    return adopt(input, await describeWhenVisible(input))
  }
  if (await isStopped()) {
    await undo()
    throw new AttemptStopped(name)
  }
  return describeWhenVisible(input)
}
