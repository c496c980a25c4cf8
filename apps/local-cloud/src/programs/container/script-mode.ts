import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ClientError } from './client-error.ts'
import type { ContainerFolders } from './folders.ts'
import { readHyperparameters } from './hyperparameters.ts'
import { detectorLibraryUrl } from './library-url.ts'
import { decodeJson, scriptArguments, scriptEnvironment } from './script-environment.ts'
import type { ProgramContext } from './run-program.ts'
import { serveHttp } from './serve-http.ts'
import { unpackTarball } from './tarballs.ts'

/** `stem.py` → `stem.mjs`: no Python on a bare machine, so the script's JavaScript twin in the same archive runs. */
const twinOf = (program: string): string => program.replace(/\.py$/, '.mjs')

/** Finds the submitted archive, unpacks it to `code`, and runs its entry point as the training toolkit does. */
export const trainScript = async ({ folders, stop }: ProgramContext, framework: string): Promise<void> => {
  const values = readHyperparameters(folders)
  const program = String(decodeJson(values['sagemaker_program'] ?? ''))
  const submitted = String(decodeJson(values['sagemaker_submit_directory'] ?? ''))
  if (program === '') throw new ClientError('the hyperparameter sagemaker_program is missing: it names the entry point')
  await unpackTarball(findArchive(folders, submitted), folders.code)
  const script = findScript(folders.code, program, submitted)
  for (const folder of [folders.model, join(folders.output, 'data')]) mkdirSync(folder, { recursive: true })
  const child = spawn(process.execPath, [script, ...scriptArguments(values)], {
    cwd: folders.code,
    env: {
      ...process.env,
      ...scriptEnvironment(folders, values, { program, submitted, framework }),
      ASSAY_DETECTOR_LIBRARY: detectorLibraryUrl(),
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  const pass = () => child.kill('SIGTERM')
  stop.addEventListener('abort', pass)
  if (stop.aborted) pass()
  let lastError = ''
  child.stderr.on('data', (chunk: Buffer) => {
    process.stderr.write(chunk)
    lastError = (lastError + chunk.toString()).slice(-4000)
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  stop.removeEventListener('abort', pass)
  if (code === 0) return
  // A script says what is the customer's fault in the service's own words.
  const clientError = /ClientError: ([^\n]+)/.exec(lastError)?.[1]
  if (clientError) throw new ClientError(clientError)
  throw new Error(`${program} ended with ${signal ?? `exit code ${code}`}: ${lastError.trim()}`)
}

const findArchive = (folders: ContainerFolders, submitted: string): string => {
  const inCodeFolder = join(folders.code, 'sourcedir.tar.gz')
  const inChannel = join(folders.channel('code'), 'sourcedir.tar.gz')
  // An s3:// address is fetched by the toolkit on AWS; here whoever starts the program puts the archive into `code`.
  const wanted = submitted.startsWith('/') ? [folders.localPath(submitted)] : [inCodeFolder, inChannel]
  const found = wanted.find((path) => existsSync(path))
  if (found === undefined)
    throw new ClientError(`sagemaker_submit_directory is ${submitted || 'missing'}, and no archive is there`)
  return found
}

const findScript = (codeFolder: string, program: string, submitted: string): string => {
  const named = join(codeFolder, program)
  if (!existsSync(named))
    throw new ClientError(
      `${submitted} holds no ${program}; it holds ${readdirSync(codeFolder).join(', ') || 'nothing'}`,
    )
  const twin = join(codeFolder, twinOf(program))
  if (!existsSync(twin))
    throw new ClientError(`this machine runs ${twinOf(program)} in the place of ${program}, and the archive holds none`)
  return twin
}

/** The four functions of a serving script, of which only `modelFn` and `predictFn` have no default. */
interface ServingScript {
  modelFn: (modelFolder: string) => Promise<unknown>
  inputFn: (body: Buffer, contentType: string) => Promise<unknown>
  predictFn: (input: unknown, model: unknown, accept: string) => Promise<unknown>
  outputFn: (prediction: unknown, accept: string) => { contentType: string; body: string }
}

/** Serves with the script in the model's code folder. */
export const serveScript = async ({ folders, stop, port }: ProgramContext & { port: number }): Promise<void> => {
  const codeFolder = folders.localPath(process.env['SAGEMAKER_SUBMIT_DIRECTORY'] ?? '/opt/ml/model/code')
  const program = process.env['SAGEMAKER_PROGRAM'] ?? 'inference.py'
  const path = join(codeFolder, twinOf(program))
  if (!existsSync(path)) throw new Error(`no ${twinOf(program)} in the model's code folder (${codeFolder})`)
  process.env['ASSAY_DETECTOR_LIBRARY'] = detectorLibraryUrl()
  const script = (await import(pathToFileURL(path).href)) as Partial<ServingScript>
  const { modelFn, inputFn, predictFn, outputFn } = script
  if (!modelFn || !inputFn || !predictFn || !outputFn)
    throw new Error(`${program} needs the exports modelFn, inputFn, predictFn and outputFn`)
  const model = await modelFn(folders.model)
  await serveHttp({ port, stop }, async ({ body, contentType, accept }) => {
    let input: unknown
    try {
      input = await inputFn(body, contentType)
    } catch (cause) {
      throw new ClientError(cause instanceof Error ? cause.message : String(cause), { cause })
    }
    return outputFn(await predictFn(input, model, accept), accept)
  })
}
