import { join } from 'node:path'

/** The folders of the container contract, below what stands for /opt/ml. */
export interface ContainerFolders {
  base: string
  config: string
  /** Where channel `name` lies. */
  channel: (name: string) => string
  model: string
  output: string
  code: string
  /** A path that was written for a container (`/opt/ml/…`) as a path on this machine. */
  localPath: (containerPath: string) => string
}

const CONTAINER_BASE = '/opt/ml'

export const containerFolders = (base: string): ContainerFolders => ({
  base,
  config: join(base, 'input/config'),
  channel: (name) => join(base, 'input/data', name),
  model: join(base, 'model'),
  output: join(base, 'output'),
  code: join(base, 'code'),
  localPath: (path) =>
    path === CONTAINER_BASE || path.startsWith(`${CONTAINER_BASE}/`)
      ? join(base, path.slice(CONTAINER_BASE.length))
      : path,
})
