import type { IncomingMessage } from 'node:http'
import { AwsError } from '../aws-error.ts'
import { type Credential, createSigV4Verifier, S3Error } from '../s3/index.ts'

/** Words of the JSON and runtime services for what the verifier says in S3's. */
const translate = (error: S3Error): AwsError => {
  switch (error.code) {
    case 'AccessDenied':
      return new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403)
    case 'InvalidAccessKeyId':
    case 'InvalidToken':
      return new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', 400)
    case 'RequestTimeTooSkewed':
      return new AwsError(
        'InvalidSignatureException',
        'Signature expired: the request is too old or not valid yet',
        400,
      )
    case 'SignatureDoesNotMatch':
      return new AwsError(
        'InvalidSignatureException',
        'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
        400,
      )
    default:
      return new AwsError('IncompleteSignatureException', error.message, 400)
  }
}

/** Checks signatures of the services other than S3. Throws an AwsError. */
export const createRequestVerifier = (credentials: readonly Credential[], region: string) => {
  const verify = createSigV4Verifier(credentials, { region })
  return (req: IncomingMessage, body: Buffer): void => {
    try {
      verify(req, body)
    } catch (error) {
      throw error instanceof S3Error ? translate(error) : error
    }
  }
}
