/** What the customer got wrong: data or hyperparameters. The service shows it as the job's FailureReason. */
export class ClientError extends Error {
  override name = 'ClientError'
}
