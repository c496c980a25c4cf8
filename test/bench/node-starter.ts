import { join } from 'node:path'
import { type Keeper, type ManagedProcess, type ProcessDefinition, repositoryRoot, startProcess } from '@assay/dev'

/** Starts programs of `dist/` that log to a bench's folder and end with it. */
export const createNodeStarter =
  (folder: string, keeper: Keeper) =>
  (
    name: string,
    more: Pick<ProcessDefinition, 'env' | 'ready'>,
    args: readonly string[] = [],
  ): Promise<ManagedProcess> =>
    startProcess(
      {
        name,
        command: process.execPath,
        args: [join(repositoryRoot, `dist/${name}.js`), ...args],
        cwd: folder,
        logFile: join(folder, 'logs', `${name}.log`),
        ...more,
      },
      keeper,
    )
