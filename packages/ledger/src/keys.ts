import { createHash, randomBytes } from 'node:crypto'
import type { StageRef } from '@assay/contracts'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** 13 characters of lower-case base32: 65 bits. */
const base32 = (bytes: Uint8Array) => Array.from(bytes.subarray(0, 13), (byte) => ALPHABET[byte & 31]).join('')

export const randomId = () => base32(randomBytes(13))
export const hashedId = (...parts: string[]) => base32(createHash('sha256').update(JSON.stringify(parts)).digest())

/** Sorts newest first under a bytewise LIST; millisecond stamps until the year 2286. */
export const reversedTime = (at: Date) => String(9_999_999_999_999 - at.getTime()).padStart(13, '0')

/** Where a stage's outcome lies below `experiments/<id>/`. */
export const outcomePath = ({ stage, approachId, attempt, part }: StageRef): string => {
  switch (stage) {
    case 'split':
      return 'split.json'
    case 'prepare':
      return `prepare-${part}.json`
    case 'report':
      return `report-${part}.json`
    case 'finish':
      return `outcome-${part}.json`
    default:
      return `${approachId}/${attempt}/${part === undefined ? stage : `${stage}-${part}`}.json`
  }
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, child]) => [key, sorted(child)]),
  )
}

/** SHA-256 of a value's JSON with sorted keys, in hex. */
export const canonicalSha256 = (value: unknown) =>
  createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex')
