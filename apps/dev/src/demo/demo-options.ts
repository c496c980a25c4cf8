import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { workerNames, type WorkerName } from '../start-stack.ts'

/** What default, quick and a data set of one's own differ in. Nothing else. */
export interface Size {
  images: number
  epochs: number
  trials: number
}

const sizes = {
  quick: { images: 180, epochs: 4, trials: 2 },
  default: { images: 400, epochs: 12, trials: 3 },
} as const satisfies Record<string, Size>

/** The study's own figures, printed beside ours. */
export const studySize = { epochs: 100, trials: 20 }

export interface DemoOptions {
  size: Size
  quick: boolean
  /** End after the terminal outcome instead of at Ctrl-C. */
  exit: boolean
  jsonFile?: string
  datasetFolder?: string
  redisUrl?: string
  workers: Partial<Record<WorkerName, number>>
  /** Of the drawn data set, the split and the experiment. */
  seed: number
  /** Whose approaches are run. (Default: study) */
  preset: string
}

export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const demoUsage = `npm run demo -- [options]

  --quick             fewer images, epochs and trials
  --preset NAME       run the approaches of another preset (default: study; "assay presets" lists them)
  --exit              end after the report; without it the services run until Ctrl-C
  --dataset FOLDER    use the images of a Pascal VOC or COCO folder
  --json FILE         also write the report's JSON there
  --workers infer=3   processes of a worker (${workerNames.join(', ')}); more, separated by commas
  --redis URL         use this Redis, under a key prefix of the run's own
  --seed NUMBER       seed of the drawing, the split and the experiment (default: 100)`

/** Reads the command line; paths count from the current folder. Throws UsageError. */
export const readDemoOptions = (args: readonly string[]): DemoOptions | 'help' => {
  const values = parse(args)
  if (values.help) return 'help'
  const quick = values.quick ?? false
  return {
    size: quick ? sizes.quick : sizes.default,
    quick,
    exit: values.exit ?? false,
    workers: readWorkers(values.workers ?? []),
    seed: readSeed(values.seed ?? '100'),
    preset: values.preset ?? 'study',
    ...(values.json === undefined ? {} : { jsonFile: resolve(values.json) }),
    ...(values.dataset === undefined ? {} : { datasetFolder: resolve(values.dataset) }),
    ...(values.redis === undefined ? {} : { redisUrl: values.redis }),
  }
}

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean' },
        quick: { type: 'boolean' },
        exit: { type: 'boolean' },
        json: { type: 'string' },
        dataset: { type: 'string' },
        redis: { type: 'string' },
        workers: { type: 'string', multiple: true },
        seed: { type: 'string' },
        preset: { type: 'string' },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

const readWorkers = (values: readonly string[]): Partial<Record<WorkerName, number>> => {
  const workers: Partial<Record<WorkerName, number>> = {}
  for (const part of values.flatMap((value) => value.split(','))) {
    const [name, count] = part.split('=')
    const worker = workerNames.find((known) => known === name)
    if (!worker || !/^[1-9]\d?$/.test(count ?? ''))
      throw new UsageError(`--workers "${part}" met; for example infer=3 needed, with one of ${workerNames.join(', ')}`)
    workers[worker] = Number(count)
  }
  return workers
}

const readSeed = (value: string): number => {
  const seed = Number(value)
  if (!/^\d+$/.test(value) || seed >= 2 ** 31) throw new UsageError(`--seed "${value}" met; 0 to 2147483647 needed`)
  return seed
}
