export { type Config, ConfigError, loadConfig } from './load.ts'
export { processes, type ProcessName, settings } from './settings.ts'
