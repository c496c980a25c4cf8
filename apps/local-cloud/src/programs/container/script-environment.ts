import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { availableParallelism } from 'node:os'
import type { ContainerFolders } from './folders.ts'

/** A hyperparameter as the toolkit reads it: JSON where it is JSON, else the string itself. */
export const decodeJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

const isForScript = (name: string): boolean => !name.startsWith('sagemaker_') && name !== '_tuning_objective_metric'

const sortedJson = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

const asText = (value: unknown): string => (typeof value === 'string' ? value : sortedJson(value))

const asArgument = (value: unknown): string =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value)
        .map(([key, inner]) => `${key}=${asText(inner)}`)
        .join(',')
    : asText(value)

/** `--name value` for every hyperparameter of the script, names sorted; one-letter names get one dash. Source: sagemaker-training-toolkit, mapping.py. */
export const scriptArguments = (values: Readonly<Record<string, string>>): string[] =>
  Object.keys(values)
    .filter(isForScript)
    .sort()
    .flatMap((name) => [name.length === 1 ? `-${name}` : `--${name}`, asArgument(decodeJson(values[name] ?? ''))])

/** The SM_… variables that the training toolkit gives a script. Source: sagemaker-training-toolkit, environment.py. */
export const scriptEnvironment = (
  folders: ContainerFolders,
  values: Readonly<Record<string, string>>,
  { program, submitted, framework }: { program: string; submitted: string; framework: string },
): Record<string, string> => {
  const hyperparameters = Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => isForScript(name))
      .map(([name, value]) => [name, decodeJson(value)]),
  )
  const readConfig = (name: string): Record<string, unknown> => {
    const path = join(folders.config, name)
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>) : {}
  }
  const resources = readConfig('resourceconfig.json')
  const inputs = readConfig('inputdataconfig.json')
  const dataFolder = join(folders.base, 'input/data')
  const channels = Object.keys(inputs).length > 0 ? Object.keys(inputs).sort() : foldersIn(dataFolder)
  const moduleName = program.replace(/\.py$/, '')
  const environment: Record<string, unknown> = {
    SM_HOSTS: resources['hosts'] ?? ['algo-1'],
    SM_CURRENT_HOST: resources['current_host'] ?? 'algo-1',
    SM_CURRENT_INSTANCE_TYPE: resources['current_instance_type'] ?? 'local',
    SM_NETWORK_INTERFACE_NAME: resources['network_interface_name'] ?? 'eth0',
    SM_NUM_GPUS: 0,
    SM_NUM_CPUS: availableParallelism(),
    SM_MODEL_DIR: folders.model,
    SM_INPUT_DIR: join(folders.base, 'input'),
    SM_INPUT_CONFIG_DIR: folders.config,
    SM_OUTPUT_DIR: folders.output,
    SM_OUTPUT_DATA_DIR: join(folders.output, 'data'),
    SM_OUTPUT_INTERMEDIATE_DIR: join(folders.output, 'intermediate'),
    SM_CHANNELS: channels,
    SM_HPS: hyperparameters,
    SM_USER_ARGS: scriptArguments(values),
    SM_USER_ENTRY_POINT: program,
    SM_MODULE_NAME: moduleName,
    SM_MODULE_DIR: submitted,
    SM_LOG_LEVEL: values['sagemaker_container_log_level'] ?? '20',
    SM_RESOURCE_CONFIG: resources,
    SM_INPUT_DATA_CONFIG: inputs,
    SM_FRAMEWORK_MODULE: `sagemaker_${framework}_container.training:main`,
    SM_FRAMEWORK_PARAMS: Object.fromEntries(Object.entries(values).filter(([name]) => name.startsWith('sagemaker_'))),
    SM_TRAINING_ENV: {
      channel_input_dirs: Object.fromEntries(channels.map((name) => [name, folders.channel(name)])),
      hyperparameters,
    },
    ...Object.fromEntries(channels.map((name) => [`SM_CHANNEL_${name.toUpperCase()}`, folders.channel(name)])),
    ...Object.fromEntries(
      Object.entries(hyperparameters).map(([name, value]) => [`SM_HP_${name.toUpperCase()}`, value]),
    ),
  }
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, asText(value)]))
}

const foldersIn = (path: string): string[] =>
  existsSync(path)
    ? readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .sort()
    : []
