import { spawnSync } from 'node:child_process'

/** A client that is installed and what it says of itself. */
export interface InstalledClient {
  command: string
  versions: string
}

const firstLine = (command: string, args: readonly string[]): string | undefined => {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  return status === 0 ? (stdout || stderr).trim().split('\n')[0] : undefined
}

/** Debian's, the one on the PATH and the one that the environment names, once each. */
const installed = (commands: readonly (string | undefined)[], args: readonly string[]): InstalledClient[] => {
  const found = new Map<string, InstalledClient>()
  for (const command of commands) {
    const versions = command === undefined ? undefined : firstLine(command, args)
    if (command !== undefined && versions !== undefined && !found.has(versions))
      found.set(versions, { command, versions })
  }
  return [...found.values()]
}

const sayVersions =
  'import sys, boto3, botocore; print("boto3", boto3.__version__, "botocore", botocore.__version__, "Python", sys.version.split()[0])'

/** Interpreters that have boto3. */
export const pythons = installed(
  ['/usr/bin/python3', 'python3', process.env['ASSAY_CONFORMANCE_PYTHON']],
  ['-c', sayVersions],
)
/** AWS CLIs. */
export const commandLines = installed(['/usr/bin/aws', 'aws', process.env['ASSAY_CONFORMANCE_AWS']], ['--version'])

console.log(`boto3: ${pythons.map(({ versions }) => versions).join('; ') || 'not seen'}`)
console.log(`AWS CLI: ${commandLines.map(({ versions }) => versions).join('; ') || 'not seen'}`)
