import { validationError } from '../aws-error.ts'
import { parseS3Uri, type S3Location } from '../runner/object-store.ts'

/** Reads a URI of a request. The service's model lets `https://` pass too, which nothing here reads: a ValidationException. */
export const readS3Uri = (uri: string): S3Location => {
  if (!uri.startsWith('s3://'))
    throw validationError(`The local cloud reads URIs like s3://bucket/key only, not ${uri}`)
  return parseS3Uri(uri)
}
