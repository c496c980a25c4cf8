export { classifyError } from './classify-error.ts'
export { callsPerSecond } from './call-rates.ts'
export { type CloudClients, clientSettings, type CloudSettings, createCloudClients } from './clients.ts'
export { endpointWait, trainingJobWait, transformJobWait, tuningJobWait } from './cloud-waits.ts'
export { AttemptStopped, createOnce } from './create-once.ts'
export type { BucketOwners } from './expect-bucket-owners.ts'
export { type BucketState, findBucket } from './find-bucket.ts'
export { ifThere } from './if-there.ts'
export {
  isAlreadyThere,
  isCapacityFailure,
  isCloudFailure,
  isNotFound,
  isQuotaExceeded,
  isStateConflict,
} from './errors.ts'
export {
  experimentPrefix,
  parseResourceName,
  type ResourceOwner,
  resourceName,
  resourceTags,
  tagNames,
} from './names.ts'
export { readCheckedImage } from './read-checked-image.ts'
