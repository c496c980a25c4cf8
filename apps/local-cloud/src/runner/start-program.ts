import type { Containers } from './containers.ts'
import { programEnv } from './program-env.ts'
import type { ProcessRecords } from './process-records.ts'
import type { ProgramEntry } from './registry.ts'
import { type SupervisedProgram, supervise } from './supervise.ts'

/** What a program needs to be started, wherever it runs. */
export interface ProgramStart {
  entry: ProgramEntry
  verb: 'train' | 'serve'
  /** URI of the request. */
  image: string
  /** Name of what it runs for. */
  resource: string
  /** Folder that stands for /opt/ml. */
  baseDir: string
  region: string
  /** The request's, and what the contract adds. */
  environment: Record<string, string>
  /** Port of the loopback interface where it is to serve. */
  port?: number
  isolated?: boolean
  entrypoint?: readonly string[]
  arguments?: readonly string[]
  onLine: (line: string) => void
  records: ProcessRecords
  containers: Containers
}

/** Starts a program: as a process of this machine, or in a container where its entry says docker. It dies with this process. */
export const startProgram = (start: ProgramStart): SupervisedProgram => {
  const { entry, verb, baseDir, region, environment, port, onLine, records } = start
  if (entry.docker)
    return start.containers.start(
      start.resource,
      {
        ...start,
        docker: entry.docker,
        isolated: start.isolated ?? false,
        environment: { AWS_REGION: region, ...environment },
      },
      { onLine, records },
    )
  const argv = entry[verb]
  if (!argv) throw new Error(`the image ${start.image} has no program to ${verb}`)
  const bind: Record<string, string> = port === undefined ? {} : { SAGEMAKER_BIND_TO_PORT: String(port) }
  return supervise({
    argv,
    cwd: baseDir,
    env: programEnv(baseDir, region, { ...environment, ...bind }),
    onLine,
    records,
  })
}
