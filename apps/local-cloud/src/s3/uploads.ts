import { randomBytes } from 'node:crypto'
import { appendFileSync, closeSync, mkdirSync, openSync, readdirSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { readLines } from './append-log.ts'
import type { ChecksumAlgorithm, ChecksumType } from './checksum.ts'
import type { ObjectAttributes } from './object-record.ts'

/** A multipart upload under way. */
export interface Upload extends UploadStart {
  readonly id: string
  readonly initiatedMs: number
  readonly parts: ReadonlyMap<number, Part>
}

interface UploadStart {
  readonly key: string
  readonly attributes: ObjectAttributes
  readonly checksumAlgorithm?: ChecksumAlgorithm
  readonly checksumType?: ChecksumType
}

export interface Part {
  /** 1 to 10,000. */
  number: number
  blob: string
  sizeBytes: number
  md5Hex: string
  /** Base64, of the upload's algorithm or of the one the part came with. */
  checksum?: { algorithm: ChecksumAlgorithm; value: string }
  modifiedMs: number
}

/** The uploads of one bucket, each a small log file of its own; the parts' bytes are blobs. */
export interface Uploads {
  get(id: string): Upload | undefined
  /** In the order in which S3 lists them: by key, then by time. */
  list(): readonly Upload[]
  start(start: UploadStart): Upload
  /** Returns the part replaced. */
  addPart(upload: Upload, part: Part): Part | undefined
  /** Forgets the upload; its parts' blobs are the caller's. */
  end(upload: Upload): void
}

type Held = Upload & { readonly parts: Map<number, Part> }
type Line = (UploadStart & { id: string; initiatedMs: number }) | Part

export const openUploads = (folder: string, onBlob: (id: string) => void): Uploads => {
  mkdirSync(folder, { recursive: true })
  const uploads = new Map<string, Held>()
  // The ids are our own, 24 random bytes: no name comes from a client.
  const path = (id: string) => join(folder, `${id}.log`)
  const append = (id: string, line: Line) => {
    appendFileSync(path(id), `${JSON.stringify(line)}\n`)
  }

  for (const name of readdirSync(folder)) {
    const fd = openSync(join(folder, name), 'r+')
    let upload: Held | undefined
    readLines(fd, (value) => {
      const line = value as Line
      if ('id' in line) upload = { ...line, parts: new Map() }
      else upload?.parts.set(line.number, line)
    })
    closeSync(fd)
    if (!upload) continue
    uploads.set(upload.id, upload)
    for (const part of upload.parts.values()) onBlob(part.blob)
  }

  return {
    get: (id) => uploads.get(id),
    list: () =>
      [...uploads.values()].toSorted(
        (a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)) || a.initiatedMs - b.initiatedMs,
      ),
    start: (start) => {
      const id = randomBytes(24).toString('base64url')
      const initiatedMs = Date.now()
      append(id, { ...start, id, initiatedMs })
      const upload: Held = { ...start, id, initiatedMs, parts: new Map() }
      uploads.set(id, upload)
      return upload
    },
    addPart: (upload, part) => {
      const held = uploads.get(upload.id)
      if (!held) throw new Error(`upload ${upload.id} has ended`)
      append(upload.id, part)
      const replaced = held.parts.get(part.number)
      held.parts.set(part.number, part)
      return replaced
    },
    end: (upload) => {
      uploads.delete(upload.id)
      unlinkSync(path(upload.id))
    },
  }
}
