import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '@assay/dev'
import { parse } from 'yaml'

export interface ComposeService {
  name: string
  image: string
  command: string[]
  /** Without those that compose passes on from the shell. */
  environment: Record<string, string>
}

/** `${NAME:-default}` as compose replaces it. */
const substitute = (text: string, variables: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\$\{(\w+):-([^}]*)\}/g, (_, name: string, otherwise: string) => variables[name] || otherwise)

/** The services of docker-compose.yml, with these variables in its shell. */
export const composeServices = (variables: Readonly<Record<string, string>>): ComposeService[] => {
  const text = readFileSync(join(repositoryRoot, 'docker-compose.yml'), 'utf8')
  const { services } = parse(substitute(text, variables), { merge: true }) as {
    services: Record<
      string,
      { image: string; command?: string[]; environment?: Record<string, string | number | null> }
    >
  }
  return Object.entries(services).map(([name, { image, command = [], environment = {} }]) => ({
    name,
    image,
    command,
    environment: Object.fromEntries(
      Object.entries(environment).flatMap(([key, value]) => (value === null ? [] : [[key, String(value)]])),
    ),
  }))
}
