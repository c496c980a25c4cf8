import type { z } from 'zod'
import { processes, type ProcessName, settings } from './settings.ts'

const shapeOf = {
  ...settings.log,
  ...settings.redis,
  ...settings.cloud,
  ...settings.timing,
  ...settings.chaos,
  ...settings.api,
  ...settings.worker,
}
type Setting = keyof typeof shapeOf
type All = { [Name in Setting]: z.output<(typeof shapeOf)[Name]> }
type GroupsOf<Name extends ProcessName> = (typeof processes)[Name][number]
type NamesOf<Name extends ProcessName> = { [Group in GroupsOf<Name>]: keyof (typeof settings)[Group] }[GroupsOf<Name>]
export type Config<Name extends ProcessName> = Pick<All, NamesOf<Name> & Setting>

/** A setting that cannot be used; the message names every one, what was met and what is needed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const isLoopback = (host: string) =>
  host === 'localhost' || host === '[::1]' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

/** Reads the settings of a process from ASSAY_* variables; an empty variable counts as unset. Throws ConfigError. */
export const loadConfig = <Name extends ProcessName>(
  name: Name,
  env: Readonly<Record<string, string | undefined>>,
): Config<Name> => {
  const groups: readonly (keyof typeof settings)[] = processes[name]
  const faults: string[] = []
  const values: Record<string, unknown> = {}
  for (const group of groups)
    for (const [setting, schema] of Object.entries(settings[group])) {
      const met = env[`ASSAY_${setting}`] || undefined
      const parsed = (schema as z.ZodType).safeParse(met)
      if (parsed.success) values[setting] = parsed.data
      else
        faults.push(
          `ASSAY_${setting}: ${JSON.stringify(met)} met; ${parsed.error.issues.map(({ message }) => message).join('; ')}`,
        )
    }
  const cloudUrl = values['CLOUD_URL']
  if (typeof cloudUrl === 'string' && !isLoopback(new URL(cloudUrl).hostname))
    faults.push(
      `ASSAY_CLOUD_URL: ${JSON.stringify(cloudUrl)} met; a loopback address such as http://127.0.0.1:4599 is needed`,
    )
  const host = values['HOST']
  if (typeof host === 'string' && !isLoopback(host) && !values['API_KEYS_FILE'])
    faults.push(
      `ASSAY_HOST: ${JSON.stringify(host)} met; without ASSAY_API_KEYS_FILE only a loopback address is allowed`,
    )
  if (faults.length > 0)
    throw new ConfigError(`${name} cannot start:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
  return values as Config<Name>
}
