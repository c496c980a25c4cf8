import { z } from 'zod'
import { s3UriSchema, sha256Schema } from './ids.ts'

/** A packed source folder by the SHA-256 of its bytes. `uri` is what an approach names as its source, stored or not yet. */
export const sourceViewSchema = z.object({ sha256: sha256Schema, uri: s3UriSchema, stored: z.boolean() })
export type SourceView = z.infer<typeof sourceViewSchema>
