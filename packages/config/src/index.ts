export { bucketOwners } from './bucket-owners.ts'
export { type Config, ConfigError, loadConfig } from './load.ts'
export { renderConfiguration, renderEnvExample } from './render.ts'
export { processes, type ProcessName, settings } from './settings.ts'
