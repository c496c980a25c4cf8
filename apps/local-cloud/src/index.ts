export { type LocalCloud, type LocalCloudOptions, startLocalCloud } from './start-local-cloud.ts'
export { requestFault } from './sagemaker/request-faults.ts'
