import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { wildcardExpression } from '../matches-wildcard.ts'

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
}

export interface ProgramRegistry {
  /** The entry of the first pattern that matches; a file's patterns come before the built-in ones. */
  find(imageUri: string): ProgramEntry | undefined
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

const readEntries = async (path: string): Promise<Record<string, ProgramEntry>> => {
  const entries = JSON.parse(await readFile(path, 'utf8')) as Record<string, ProgramEntry>
  for (const [pattern, entry] of Object.entries(entries)) {
    if (Object.hasOwn(entry, 'docker'))
      throw new Error(`${path}: ${pattern}: running images under Docker is not supported yet`)
    if (!entry.train && !entry.serve && !entry.scripted)
      throw new Error(`${path}: ${pattern} has neither train nor serve`)
    const folder = dirname(path)
    entries[pattern] = { ...entry, train: resolveWords(entry.train, folder), serve: resolveWords(entry.serve, folder) }
  }
  return entries
}

/** Reads the registry file, if any, over the built-in registry. `programsDir` holds the built-in programs. */
export const loadRegistry = async (programsDir: string, file?: string): Promise<ProgramRegistry> => {
  const entries = [...Object.entries(file ? await readEntries(file) : {}), ...Object.entries(builtIn(programsDir))]
  const rules = entries.map(([pattern, entry]) => ({ expression: wildcardExpression(pattern), entry }))
  return { find: (imageUri) => rules.find(({ expression }) => expression.test(imageUri))?.entry }
}
