import type { IncomingMessage } from 'node:http'
import { AwsError } from '../aws-error.ts'
import { type Credential, createSigV4Verifier, readClaim, S3Error } from '../s3/index.ts'

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
        `Signature expired: ${error.fields['RequestTime']} is not within 15 minutes of ${error.fields['ServerTime']}`,
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

/** Names that services sign with, where they are not the journal's. */
const signingNames: Readonly<Record<string, string>> = { runtime: 'sagemaker', 'service-quotas': 'servicequotas' }
/** Services of one address for all regions: clients sign for a region that need not be ours. */
const global = new Set(['iam', 'sts', 'pricing'])

/** Checks signatures of the services other than S3, which are named as in the journal. Throws an AwsError. */
export const createRequestVerifier = (credentials: readonly Credential[], region: string) => {
  const verify = createSigV4Verifier(credentials)
  const checkScope = (req: IncomingMessage, service: string) => {
    const claim = readClaim(req)
    const name = signingNames[service] ?? service
    if (claim && claim.service !== name)
      throw new AwsError('InvalidSignatureException', `Credential should be scoped to correct service: '${name}'.`)
    if (claim && claim.region !== region && !global.has(service))
      throw new AwsError('InvalidSignatureException', 'Credential should be scoped to a valid region.')
  }
  return (req: IncomingMessage, body: Buffer, service: string): void => {
    try {
      verify(req, body)
      checkScope(req, service)
    } catch (error) {
      throw error instanceof S3Error ? translate(error) : error
    }
  }
}
