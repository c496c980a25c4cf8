import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ContainerFolders } from './folders.ts'

/** The newest checkpoint of a training program: what the program itself must know, and the state of the training. */
export interface Checkpoint<Notes> {
  notes: Notes
  training: Uint8Array
}

const fileOf = ({ base }: ContainerFolders) => join(base, 'checkpoints', 'newest.bin')

/** Replaces the newest checkpoint at once: whoever reads meets the old one or the new one, never a part. */
export const saveCheckpoint = <Notes>(folders: ContainerFolders, { notes, training }: Checkpoint<Notes>): void => {
  const file = fileOf(folders)
  mkdirSync(join(folders.base, 'checkpoints'), { recursive: true })
  writeFileSync(`${file}.new`, Buffer.concat([Buffer.from(`${JSON.stringify(notes)}\n`), training]))
  renameSync(`${file}.new`, file)
}

/** The checkpoint that an earlier life of the job left; undefined in its first. */
export const loadCheckpoint = <Notes>(folders: ContainerFolders): Checkpoint<Notes> | undefined => {
  const file = fileOf(folders)
  if (!existsSync(file)) return undefined
  const bytes = readFileSync(file)
  const end = bytes.indexOf(10)
  return { notes: JSON.parse(bytes.subarray(0, end).toString()) as Notes, training: bytes.subarray(end + 1) }
}
