import type { LocalCloudOptions } from './start-local-cloud.ts'

/** Values of the command line, by option. */
interface CommandLine {
  port: string
  data: string
  registry?: string
  cpus?: string
  control: boolean
  credentials?: string[]
  region?: string
  account?: string
}

const wholeNumber = (text: string, least: number, most: number): number | undefined => {
  const value = Number(text)
  return /^\d+$/.test(text) && value >= least && value <= most ? value : undefined
}

const readCredential = (pair: string) => {
  const [accessKeyId = '', ...secret] = pair.split(':')
  return { accessKeyId, secretAccessKey: secret.join(':') }
}

/** Options of the command line as `startLocalCloud` takes them. Throws an Error that names every option that is wrong, one a line. */
export const readOptions = (line: CommandLine): LocalCloudOptions => {
  const faults: string[] = []
  const port = wholeNumber(line.port, 0, 65_535)
  if (port === undefined) faults.push(`--port must be a number from 0 to 65535, not ${line.port}`)
  const cpus = line.cpus === undefined ? undefined : wholeNumber(line.cpus, 1, 1_000_000)
  if (line.cpus !== undefined && cpus === undefined)
    faults.push(`--cpus must be a number from 1 to 1000000, not ${line.cpus}`)
  const credentials = line.credentials?.map(readCredential)
  if (credentials?.some(({ accessKeyId, secretAccessKey }) => accessKeyId === '' || secretAccessKey === ''))
    faults.push('--credentials must be ID:SECRET')
  if (line.account !== undefined && !/^\d{12}$/.test(line.account))
    faults.push(`--account must be twelve digits, not ${line.account}`)
  if (line.region !== undefined && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(line.region))
    faults.push(`--region must be a name like us-east-1, not ${line.region}`)
  if (faults.length > 0) throw new Error(faults.join('\n'))
  return {
    dataDir: line.data,
    port,
    registryFile: line.registry,
    cpus,
    control: line.control,
    credentials,
    region: line.region,
    accountId: line.account,
  }
}
