import { Buffer } from 'node:buffer'
import { gzipSync } from 'node:zlib'
import { joinS3, parseS3Uri } from '../../runner/object-store.ts'
import type { CloudContext } from '../context.ts'
import type { TrainingExecutor } from './training-executor.ts'
import type { TrainingJob } from './training-record.ts'

/** An archive without entries: two blocks of zeros. */
const emptyArchive = gzipSync(Buffer.alloc(1024))

const parseSeries = (text: string | undefined): Record<string, number[]> => {
  if (text === undefined) return {}
  const parsed = JSON.parse(text) as Record<string, number | number[]>
  return Object.fromEntries(
    Object.entries(parsed).map(([name, values]) => [name, Array.isArray(values) ? values : [values]]),
  )
}

/**
 * Trains without a process, as the hyperparameters say: `duration_seconds` of cloud time (60), `metrics` (JSON: series by name, spread
 * over the duration), `metric_from` (JSON: metric by name of the hyperparameter whose value it takes), `failure_reason`,
 * `artifact` (`no` for none), `ignores_sigterm` (`true`). A metric is a log line `name=value;`.
 */
export const createScriptedExecutor = (
  { clock, objects }: CloudContext,
  job: TrainingJob,
  onLine: (line: string) => void,
): TrainingExecutor => {
  const hyperparameters: Record<string, string | undefined> = job.HyperParameters ?? {}
  const ended = new AbortController()

  const series = () => {
    const all = parseSeries(hyperparameters['metrics'])
    const from = JSON.parse(hyperparameters['metric_from'] ?? '{}') as Record<string, string>
    for (const [metric, name] of Object.entries(from)) all[metric] = [Number(hyperparameters[name])]
    return all
  }

  return {
    download: async () => {},
    train: async () => {
      const durationMs = Number(hyperparameters['duration_seconds'] ?? 60) * 1000
      const points = Object.entries(series())
        .flatMap(([name, values]) =>
          values.map((value, index) => ({ name, value, share: (index + 1) / values.length })),
        )
        .sort((a, b) => a.share - b.share)
      let passed = 0
      for (const { name, value, share } of points) {
        await clock.sleep((share - passed) * durationMs, ended.signal)
        if (ended.signal.aborted) return undefined
        passed = share
        onLine(`${name}=${value};`)
      }
      await clock.sleep((1 - passed) * durationMs, ended.signal)
      return hyperparameters['failure_reason']
    },
    terminate: () => {
      if (hyperparameters['ignores_sigterm'] !== 'true') ended.abort()
    },
    kill: () => ended.abort(),
    upload: async () => {
      if (hyperparameters['artifact'] === 'no') return undefined
      const uri = joinS3(job.OutputDataConfig?.S3OutputPath ?? '', job.TrainingJobName, 'output/model.tar.gz')
      const { bucket, key } = parseS3Uri(uri)
      await objects.put(bucket, key, emptyArchive)
      return uri
    },
    close: async () => {},
  }
}
