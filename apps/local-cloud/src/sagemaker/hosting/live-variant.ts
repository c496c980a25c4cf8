import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { downloadChannel } from '../../runner/channel.ts'
import { parseS3Uri } from '../../runner/object-store.ts'
import { createScriptedServing } from '../../runner/scripted-serving.ts'
import { canDo } from '../../runner/registry.ts'
import { type ServingProgram, startServing } from '../../runner/serving-program.ts'
import { unpackInto } from '../../runner/tarball.ts'
import type { CloudContext } from '../context.ts'
import type { DeployedVariant } from './endpoint-record.ts'

/** A variant's serving program, started again when it ends unasked. */
export interface LiveVariant {
  /** Rejects when the program could not be brought up the first time. */
  ready: Promise<void>
  /** The program, as soon as there is one that answers. */
  program(): Promise<ServingProgram>
  /** SIGTERM, and SIGKILL after the grace. */
  stop(): Promise<void>
  /** SIGKILL. Resolves when the program is gone. */
  kill: () => Promise<void>
}

const firstRestartAfterMs = 500
const mostRestartAfterMs = 30_000

/** Puts the model into `<base>/model`. A folder that is complete is used again. */
const placeModel = async ({ objects }: CloudContext, { artifact }: DeployedVariant, baseDir: string) => {
  const folder = join(baseDir, 'model')
  if (existsSync(folder)) return
  const half = join(baseDir, 'model.part')
  await rm(half, { recursive: true, force: true })
  await mkdir(half, { recursive: true })
  if (artifact?.packed) {
    const { bucket, key } = parseS3Uri(artifact.uri)
    await unpackInto(await objects.openRead(bucket, key), half)
  } else if (artifact)
    await downloadChannel(objects, { s3Uri: artifact.uri, dataType: 'S3Prefix', gzip: false, copy: true }, half)
  await rename(half, folder)
}

/** Brings a variant up in a folder that stands for /opt/ml. */
export const startVariant = (
  context: CloudContext,
  variant: DeployedVariant,
  baseDir: string,
  onLine: (line: string) => void,
): LiveVariant => {
  const stopped = new AbortController()
  let current: ServingProgram | undefined

  const start = async (): Promise<ServingProgram> => {
    const entry = context.registry.find(variant.image)
    if (entry?.scripted) return createScriptedServing(variant.environment)
    if (!canDo(entry, 'serve')) throw new Error(`no serving program for the image ${variant.image}`)
    await mkdir(baseDir, { recursive: true })
    await placeModel(context, variant, baseDir)
    stopped.signal.throwIfAborted()
    return startServing({
      entry,
      image: variant.image,
      resource: variant.name,
      baseDir,
      region: context.region,
      environment: variant.environment,
      healthCheckTimeoutMs: variant.healthCheckTimeoutSeconds * 1000,
      onLine,
      records: context.processes,
      containers: context.containers,
    })
  }

  const bringUp = async (): Promise<ServingProgram> => {
    const program = await start()
    current = program
    if (stopped.signal.aborted) program.kill()
    await program.ready
    void program.ended.then(() => {
      if (stopped.signal.aborted) return
      onLine('the serving program ended and is started again')
      answering = bringUpAgain()
      answering.catch(() => {})
    })
    return program
  }

  const bringUpAgain = async (): Promise<ServingProgram> => {
    for (let waitMs = firstRestartAfterMs; ; waitMs = Math.min(mostRestartAfterMs, waitMs * 2)) {
      await pause(waitMs, stopped.signal)
      stopped.signal.throwIfAborted()
      try {
        return await bringUp()
      } catch (error) {
        onLine(`the serving program did not come up: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }

  let answering = bringUp()
  answering.catch(() => {})

  const ready = answering.then(() => {})
  // Who does not wait for it asks for the program and hears of it there.
  ready.catch(() => {})
  return {
    ready,
    program: () => answering,
    stop: async () => {
      stopped.abort()
      await current?.stop()
    },
    kill: async () => {
      stopped.abort()
      current?.kill()
      if (current?.process) await current.ended
    },
  }
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
