import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ClientError } from './client-error.ts'
import { type ContainerFolders, containerFolders } from './folders.ts'

/** What a training or serving run is given. `stop` aborts at SIGTERM. */
export interface ProgramContext {
  folders: ContainerFolders
  stop: AbortSignal
}

/** What a container does for `train` and for `serve`. */
export interface Program {
  train: (context: ProgramContext) => Promise<void>
  /** Resolves when serving has ended. */
  serve: (context: ProgramContext & { port: number }) => Promise<void>
}

/** Runs a program as the container contract wants: a failure goes to output/failure and gives exit code 1. */
export const runProgram = async (program: Program): Promise<void> => {
  const folders = containerFolders(process.env['SAGEMAKER_BASE_DIR'] ?? '/opt/ml')
  const stopping = new AbortController()
  process.on('SIGTERM', () => stopping.abort())
  const context = { folders, stop: stopping.signal }
  const [, , command] = process.argv
  try {
    if (command === 'train') await program.train(context)
    else if (command === 'serve')
      await program.serve({ ...context, port: Number(process.env['SAGEMAKER_BIND_TO_PORT'] ?? 8080) })
    else throw new Error(`met the command ${command}, needed train or serve`)
    process.exitCode = 0
  } catch (error) {
    const reason = describe(error)
    console.error(reason)
    if (command === 'train') {
      mkdirSync(folders.output, { recursive: true })
      writeFileSync(join(folders.output, 'failure'), reason.slice(0, 1024))
    }
    process.exitCode = 1
  }
}

const describe = (error: unknown): string => {
  if (error instanceof ClientError) return `ClientError: ${error.message}`
  if (error instanceof Error) return `AlgorithmError: ${error.stack ?? error.message}`
  return `AlgorithmError: ${String(error)}`
}
