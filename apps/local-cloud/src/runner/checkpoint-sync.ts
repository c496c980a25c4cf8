import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { uploadFolder } from './channel.ts'
import type { ObjectStore } from './object-store.ts'
import { filesUnder } from './tarball.ts'

/** Copies a program's checkpoints to S3 while it runs. */
export interface CheckpointSync {
  /**
   * Ends the copying and stores what is left. Where the program was killed, files that changed since the last look are left out: they may be
   * half written, and what S3 has of them is whole.
   */
  stop(how: { killed: boolean }): Promise<void>
}

const lookEveryMs = 500

/** Starts copying: a file that did not change between two looks is taken to be whole. What the program deletes stays in S3. */
export const startCheckpointSync = (store: ObjectStore, folder: string, s3Uri: string): CheckpointSync => {
  const seen = new Map<string, string>()
  const stored = new Map<string, string>()

  const markOf = async (file: string): Promise<string | undefined> => {
    try {
      const { size, mtimeMs } = await stat(join(folder, file))
      return `${size} ${mtimeMs}`
    } catch {
      // Deleted or renamed since the folder was read.
      return undefined
    }
  }

  const look = async (takeChanging: boolean) => {
    for (const file of await filesUnder(folder)) {
      const mark = await markOf(file)
      if (mark === undefined || stored.get(file) === mark) continue
      const whole = takeChanging || seen.get(file) === mark
      seen.set(file, mark)
      if (!whole) continue
      await uploadFolder(store, folder, [file], s3Uri)
      stored.set(file, mark)
    }
  }

  let looking = Promise.resolve()
  const timer = setInterval(() => {
    // What fails now is tried again at the next look, and at the end it counts.
    looking = looking.then(() => look(false)).catch(() => {})
  }, lookEveryMs)
  timer.unref()

  return {
    stop: async ({ killed }) => {
      clearInterval(timer)
      await looking
      await look(!killed)
    },
  }
}
