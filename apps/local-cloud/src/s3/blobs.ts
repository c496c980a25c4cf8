import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { copyFile, link, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes of one object or part on disk, written once, never changed, named by chance: no name comes from a client. */
export interface Blobs {
  path(id: string): string
  /** Writes a whole small body; returns when it is on disk. */
  writeSmall(body: Buffer): string
  /** Begins a body of unknown size. */
  draft(): Promise<BlobDraft>
  /** A second name for the same bytes, of its own life. */
  duplicate(id: string): string
  /** Removes the blob in the background; those who have it open read on. */
  remove(id: string): void
  /** Removes every blob that is not in use: what a crash left behind. Returns how many. */
  removeUnused(used: ReadonlySet<string>): number
  /** Puts the bytes at a path outside: as a hard link where the reader cannot write through it, else as a copy. */
  exportTo(id: string, path: string): Promise<void>
  /** Resolves when removals under way have ended. */
  settled(): Promise<void>
}

export interface BlobDraft {
  readonly id: string
  write(bytes: Uint8Array): Promise<void>
  finish(): Promise<void>
  discard(): Promise<void>
}

const readOnly = 0o444
const writeNew = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL

/** @param durable - force bytes to the disk before answering; else a power failure (not a crash of the process) may lose them. */
export const createBlobs = (folder: string, durable: boolean): Blobs => {
  mkdirSync(folder, { recursive: true })
  const shards = new Set(readdirSync(folder))
  const life = randomBytes(6).toString('hex')
  const removals = new Set<Promise<void>>()
  let count = 0

  const nextId = () => {
    count++
    const shard = (count & 255).toString(16).padStart(2, '0')
    if (!shards.has(shard)) {
      mkdirSync(join(folder, shard))
      shards.add(shard)
    }
    return `${shard}${life}${count.toString(36)}`
  }
  const path = (id: string) => join(folder, id.slice(0, 2), id.slice(2))

  return {
    path,
    writeSmall: (body) => {
      const id = nextId()
      const fd = openSync(path(id), writeNew, readOnly)
      try {
        for (let at = 0; at < body.length;) at += writeSync(fd, body, at)
        if (durable) fsyncSync(fd)
      } catch (error) {
        unlinkSync(path(id))
        throw error
      } finally {
        closeSync(fd)
      }
      return id
    },
    draft: async () => {
      const id = nextId()
      const file = await open(path(id), writeNew, readOnly)
      return {
        id,
        write: async (bytes) => {
          for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten
        },
        finish: async () => {
          if (durable) await file.sync()
          await file.close()
        },
        discard: async () => {
          await file.close()
          await unlink(path(id))
        },
      }
    },
    duplicate: (id) => {
      const copy = nextId()
      try {
        linkSync(path(id), path(copy))
      } catch {
        // No more links to this file, or a file system without links.
        copyFileSync(path(id), path(copy), constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
      }
      return copy
    },
    remove: (id) => {
      const removal = unlink(path(id))
        // What cannot be removed now is found unused at the next start.
        .catch(() => undefined)
        .then(() => void removals.delete(removal))
      removals.add(removal)
    },
    removeUnused: (used) => {
      let removed = 0
      for (const shard of shards)
        for (const name of readdirSync(join(folder, shard))) {
          if (used.has(shard + name)) continue
          unlinkSync(join(folder, shard, name))
          removed++
        }
      return removed
    },
    exportTo: async (id, target) => {
      // For root "read only" means nothing, so a program that writes to its input would change the stored object.
      if (process.getuid?.() !== 0) {
        try {
          await link(path(id), target)
          return
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
        }
      }
      await copyFile(path(id), target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
    },
    settled: async () => {
      await Promise.all(removals)
    },
  }
}
