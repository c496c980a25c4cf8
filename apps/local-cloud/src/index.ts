export { type LocalCloud, type LocalCloudOptions, startLocalCloud } from './start-local-cloud.ts'
