import { HeadObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3'
import type { ApproachOf } from '@assay/contracts'
import { PermanentError } from '@assay/pipeline'
import { entryPointFault, listPacked, SourceError, storedSourceSha256 } from '@assay/sources'
import type { SettingFault } from './recipe.ts'
import { readSource } from './read-source.ts'
import { isShipped, packShippedSource } from './shipped-sources.ts'

type Spec = ApproachOf<'pytorch-script'>
interface Place {
  s3: S3Client
  /** The installation's. */
  bucket: string
}

/** Without the right to list, S3 answers 403 for what is not there as well. */
const isThere = async (s3: S3Client, uri: string): Promise<boolean> => {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? []
  try {
    await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
    return true
  } catch (error) {
    if (error instanceof S3ServiceException && [403, 404].includes(error.$metadata.httpStatusCode ?? 0)) return false
    throw error
  }
}

/** Whether the approach's source is one that was to be sent to the API and has not been: its address says what it will hold. */
export const isUnsent = async ({ s3, bucket }: Place, { source }: Spec): Promise<boolean> =>
  storedSourceSha256(source, bucket) !== undefined && !(await isThere(s3, source))

/** Where source, entry point or weights are not what a job would need; pointers are relative to the approach. */
export const sourceFaults = async (
  place: Place,
  spec: Spec,
  { mayBeUnsent }: { mayBeUnsent: boolean },
): Promise<SettingFault[]> => {
  const { source, entryPoint, weights } = spec
  const faults =
    weights !== undefined && !(await isThere(place.s3, weights))
      ? [{ pointer: '/weights', detail: `${weights} is not there, or not to be read by these credentials` }]
      : []
  if (mayBeUnsent && (await isUnsent(place, spec))) return faults
  try {
    const bytes = isShipped(source) ? (await packShippedSource(source)).bytes : await readSource(place.s3, source)
    const fault = entryPointFault(entryPoint, await listPacked(bytes))
    return fault === undefined ? faults : [...faults, { pointer: '/entryPoint', detail: fault }]
  } catch (error) {
    if (error instanceof PermanentError) return [...faults, { pointer: '/source', detail: error.message }]
    if (error instanceof SourceError) return [...faults, { pointer: '/source', detail: `${source}: ${error.message}` }]
    throw error
  }
}
