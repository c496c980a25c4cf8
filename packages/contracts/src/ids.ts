import { z } from 'zod'

/** 13 characters of lower-case base32: short enough for `assay-<id>-<approach>-<attempt>` within a tuning job's 32 characters. */
export const experimentIdSchema = z.string().regex(/^[a-z2-7]{13}$/, 'an experiment id: 13 characters of a–z and 2–7')

/** `ds-` and 13 characters of lower-case base32. */
export const datasetIdSchema = z
  .string()
  .regex(/^ds-[a-z2-7]{13}$/, 'a data set id: ds- and 13 characters of a–z and 2–7')

/** Chosen by the user, unique within an experiment; also a part of paths, so it starts with a letter. */
export const approachIdSchema = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'lower-case letters, digits and single hyphens, starting with a letter')
  .max(32)

/** ISO 8601 in UTC, with milliseconds. */
export const timeSchema = z.iso.datetime()

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/)

/** `s3://bucket/key`. */
export const s3UriSchema = z
  .string()
  .max(1024)
  .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/.*)?$/, 's3://bucket/prefix')

/** A key in the data bucket together with the SHA-256 of what it must hold. */
export const storedObjectSchema = z.object({ key: z.string(), sha256: sha256Schema, bytes: z.int().nonnegative() })
export type StoredObject = z.infer<typeof storedObjectSchema>

/** A name for people. */
export const displayNameSchema = z
  .string()
  .min(1)
  .max(128)
  .regex(/^\P{Cc}*$/u, 'no control characters')
