import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { downloadChannel } from '../../runner/channel.ts'
import { parseS3Uri } from '../../runner/object-store.ts'
import { createScriptedServing } from '../../runner/scripted-serving.ts'
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
  stop(): Promise<void>
  kill: () => void
}

const restartAfterMs = 500

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
  let stopped = false
  let current: ServingProgram | undefined

  const startOnce = async (): Promise<ServingProgram> => {
    const entry = context.registry.find(variant.image)
    if (entry?.scripted) return createScriptedServing(variant.environment)
    if (!entry?.serve) throw new Error(`no serving program for the image ${variant.image}`)
    await mkdir(baseDir, { recursive: true })
    await placeModel(context, variant, baseDir)
    if (stopped) throw new Error('stopped')
    return startServing({
      argv: entry.serve,
      baseDir,
      region: context.region,
      environment: variant.environment,
      healthCheckTimeoutMs: variant.healthCheckTimeoutSeconds * 1000,
      onLine,
      records: context.processes,
    })
  }

  const bringUp = async (): Promise<ServingProgram> => {
    const program = await startOnce()
    current = program
    if (stopped) program.kill()
    await program.ready
    void program.ended.then(() => {
      if (stopped) return
      onLine('the serving program ended and is started again')
      starting = new Promise((resolve) => setTimeout(resolve, restartAfterMs)).then(bringUp)
      starting.catch(() => {})
    })
    return program
  }

  let starting = bringUp()
  starting.catch(() => {})

  return {
    ready: starting.then(() => {}),
    program: () => starting,
    stop: async () => {
      stopped = true
      await current?.stop()
    },
    kill: () => {
      stopped = true
      current?.kill()
    },
  }
}
