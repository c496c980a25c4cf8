/** How an image runs under Docker, as a registry entry says it. */
export interface DockerEntry {
  /** Image that is run. (Default: the URI of the request) */
  image?: string
  /** Further words for `docker run`, e.g. `["--gpus", "all", "--shm-size", "2g"]`. (Default: none) */
  arguments?: string[]
}

export interface ContainerStart {
  verb: 'train' | 'serve'
  /** URI of the request. */
  image: string
  docker: DockerEntry
  /** Name and labels by which the container is found again. */
  name: string
  labels: Record<string, string>
  /** Absolute path of the folder that is /opt/ml inside. */
  baseDir: string
  environment: Record<string, string>
  /** Port of the loopback interface that leads to the container's 8080; absent where nothing listens. */
  port?: number
  /** No network at all, as with EnableNetworkIsolation. */
  isolated: boolean
  /** Instead of the image's own entry point. */
  entrypoint?: readonly string[]
  /** Instead of the verb. */
  arguments?: readonly string[]
}

const containerPort = 8080

const mount = (source: string, target: string, ...options: string[]) => [
  '--mount',
  ['type=bind', `source=${source}`, `target=${target}`, ...options].join(','),
]

/**
 * The whole command line of a program in a container. Channels are mounted read-only, as their files may be links to stored objects and
 * root in a container could write through them. Throws for a folder that `--mount` cannot name.
 */
export const dockerCommand = (start: ContainerStart): string[] => {
  if (start.baseDir.includes(','))
    throw new Error(`Docker cannot mount ${start.baseDir}: the path of the data folder has a comma`)
  const [entrypoint, ...before] = start.entrypoint ?? []
  return [
    'docker',
    'run',
    '--rm',
    '--name',
    start.name,
    ...Object.entries(start.labels).flatMap(([label, value]) => ['--label', `${label}=${value}`]),
    ...mount(start.baseDir, '/opt/ml'),
    ...(start.verb === 'train' ? mount(`${start.baseDir}/input/data`, '/opt/ml/input/data', 'readonly') : []),
    ...Object.entries(start.environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...(start.port === undefined ? [] : ['--publish', `127.0.0.1:${start.port}:${containerPort}`]),
    ...(start.isolated ? ['--network', 'none'] : []),
    ...(entrypoint === undefined ? [] : ['--entrypoint', entrypoint]),
    ...(start.docker.arguments ?? []),
    start.docker.image ?? start.image,
    ...before,
    ...(start.arguments ?? (entrypoint === undefined ? [start.verb] : [])),
  ]
}
