import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** A program's environment: nothing of ours but PATH, one thread, and what the container contract and the request say. */
export const programEnv = (baseDir: string, region: string, own: Record<string, string>): Record<string, string> => {
  const temporary = join(baseDir, 'tmp')
  mkdirSync(temporary, { recursive: true })
  return {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: baseDir,
    TMPDIR: temporary,
    LANG: 'C.UTF-8',
    PYTHONUNBUFFERED: '1',
    OMP_NUM_THREADS: '1',
    OPENBLAS_NUM_THREADS: '1',
    MKL_NUM_THREADS: '1',
    UV_THREADPOOL_SIZE: '1',
    AWS_REGION: region,
    ...own,
    SAGEMAKER_BASE_DIR: baseDir,
  }
}
