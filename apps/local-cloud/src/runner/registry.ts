import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { wildcardExpression } from '../matches-wildcard.ts'
import type { DockerEntry } from './docker-command.ts'

/** A log line that matches gives the metric the value in group 1. */
export interface MetricDefinition {
  Name: string
  Regex: string
}

/** How an image URI is run on this machine. */
export interface ProgramEntry {
  /** Command line of a training run, complete with `train`. */
  train?: string[]
  /** Command line of a serving process, complete with `serve`. */
  serve?: string[]
  /** Metrics that an algorithm of the service predefines. */
  metrics?: MetricDefinition[]
  /** Runs without a process, as its hyperparameters or environment say. */
  scripted?: boolean
  /** Runs in a container of the image instead of `train` and `serve`. */
  docker?: DockerEntry
}

/** Whether an image's program can do what is asked of it. */
export const canDo = (entry: ProgramEntry | undefined, verb: 'train' | 'serve'): entry is ProgramEntry =>
  entry !== undefined && (entry[verb] !== undefined || entry.scripted === true || entry.docker !== undefined)

export interface ProgramRegistry {
  /** The entry of the first pattern that matches; a file's patterns come before the built-in ones. */
  find(imageUri: string): ProgramEntry | undefined
  /** Whether any entry says docker; none of the built-in ones does. */
  readonly usesDocker: boolean
}

// https://docs.aws.amazon.com/sagemaker/latest/dg/object-detection-tuning.html and the MetricDefinitions of a real job.
const objectDetectionMetrics: MetricDefinition[] = [
  { Name: 'train:progress', Regex: '#progress_metric: host=\\S+, completed (\\S+) %' },
  {
    Name: 'train:smooth_l1',
    Regex: '#quality_metric: host=\\S+, epoch=\\S+, batch=\\S+ train smooth_l1 <loss>=(\\S+)',
  },
  {
    Name: 'train:cross_entropy',
    Regex: '#quality_metric: host=\\S+, epoch=\\S+, batch=\\S+ train cross_entropy <loss>=(\\S+)',
  },
  { Name: 'train:throughput', Regex: '#throughput_metric: host=\\S+, train throughput=(\\S+) records/second' },
  { Name: 'validation:mAP', Regex: '#quality_metric: host=\\S+, epoch=\\S+, validation mAP <score>=\\((\\S+)\\)' },
]

const node = (program: string): Pick<ProgramEntry, 'train' | 'serve'> => ({
  train: [process.execPath, program, 'train'],
  serve: [process.execPath, program, 'serve'],
})

const builtIn = (programsDir: string): Record<string, ProgramEntry> => ({
  'local/scripted:*': { scripted: true },
  '*/object-detection:*': { ...node(join(programsDir, 'object-detection.js')), metrics: objectDetectionMetrics },
  '*/mxnet-training:*': node(join(programsDir, 'jumpstart-mxnet.js')),
  '*/mxnet-inference:*': node(join(programsDir, 'jumpstart-mxnet.js')),
  '*/pytorch-training:*': node(join(programsDir, 'pytorch-script.js')),
  '*/pytorch-inference:*': node(join(programsDir, 'pytorch-script.js')),
})

/** Words of a command line that begin with `./` or `../` are read relative to the registry file's folder. */
const resolveWords = (argv: string[] | undefined, folder: string) =>
  argv?.map((word) => (/^\.\.?\//.test(word) && !isAbsolute(word) ? join(folder, word) : word))

const isText = (value: unknown) => typeof value === 'string'

const checkDocker = (where: string, { docker, train, serve }: ProgramEntry) => {
  if (train ?? serve) throw new Error(`${where} has docker, so train and serve must be absent`)
  if (typeof docker !== 'object' || docker === null || Array.isArray(docker))
    throw new Error(`${where}: docker must be an object, {} for the image itself`)
  if (docker.image !== undefined && !isText(docker.image)) throw new Error(`${where}: docker.image must be a string`)
  if (docker.arguments !== undefined && !(Array.isArray(docker.arguments) && docker.arguments.every(isText)))
    throw new Error(`${where}: docker.arguments must be a list of strings`)
}

const readEntries = async (path: string): Promise<Record<string, ProgramEntry>> => {
  const entries = JSON.parse(await readFile(path, 'utf8')) as Record<string, ProgramEntry>
  for (const [pattern, entry] of Object.entries(entries)) {
    if (!canDo(entry, 'train') && !canDo(entry, 'serve'))
      throw new Error(`${path}: ${pattern} has neither train nor serve nor docker`)
    if (entry.docker !== undefined) checkDocker(`${path}: ${pattern}`, entry)
    const folder = dirname(path)
    entries[pattern] = { ...entry, train: resolveWords(entry.train, folder), serve: resolveWords(entry.serve, folder) }
  }
  return entries
}

/** Reads the registry file, if any, over the built-in registry. `programsDir` holds the built-in programs. */
export const loadRegistry = async (programsDir: string, file?: string): Promise<ProgramRegistry> => {
  const entries = [...Object.entries(file ? await readEntries(file) : {}), ...Object.entries(builtIn(programsDir))]
  const rules = entries.map(([pattern, entry]) => ({ expression: wildcardExpression(pattern), entry }))
  return {
    find: (imageUri) => rules.find(({ expression }) => expression.test(imageUri))?.entry,
    usesDocker: rules.some(({ entry }) => entry.docker !== undefined),
  }
}
