import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3'
import { PermanentError } from '@assay/pipeline'
import { z } from 'zod'

const manifestSchema = z.array(z.object({ model_id: z.string(), version: z.string(), spec_key: z.string() }))

const variantsSchema = z
  .object({
    regional_aliases: z.record(z.string(), z.record(z.string(), z.string())).nullish(),
    variants: z
      .record(
        z.string(),
        z.object({ regional_properties: z.object({ image_uri: z.string() }).partial().nullish() }).partial(),
      )
      .nullish(),
  })
  .nullish()

/** The fields of a JumpStart model's spec that we use. Source: sagemaker-python-sdk v2.257.6, jumpstart/types.py. */
const specSchema = z.object({
  model_id: z.string(),
  version: z.string(),
  training_supported: z.boolean(),
  deprecated: z.boolean().nullish(),
  training_vulnerable: z.boolean().nullish(),
  training_script_key: z.string().nullish(),
  training_prepacked_script_key: z.string().nullish(),
  training_artifact_key: z.string().nullish(),
  training_instance_type_variants: variantsSchema,
  hosting_instance_type_variants: variantsSchema,
  hosting_script_key: z.string().nullish(),
  /** False where the trained model brings its inference code itself. */
  hosting_use_script_uri: z.boolean().nullish(),
  hyperparameters: z
    .array(
      z.object({
        name: z.string(),
        type: z.string(),
        default: z.union([z.string(), z.number(), z.boolean()]).nullish(),
        min: z.number().nullish(),
        max: z.number().nullish(),
        options: z.array(z.string()).nullish(),
        scope: z.string(),
      }),
    )
    .nullish(),
  inference_environment_variables: z
    .array(
      z.object({
        name: z.string(),
        default: z.union([z.string(), z.number(), z.boolean()]),
        required_for_model_class: z.boolean().nullish(),
      }),
    )
    .nullish(),
  metrics: z.array(z.object({ Name: z.string(), Regex: z.string() })).nullish(),
  training_enable_network_isolation: z.boolean().nullish(),
})
export type JumpStartSpec = z.infer<typeof specSchema>

export interface JumpStart {
  bucket: string
  /** Newest version that fits; throws PermanentError where there is none. Cached for six hours, as AWS's own SDK does. */
  resolve: (modelId: string, version: string) => Promise<JumpStartSpec>
}

const CACHED_MS = 6 * 3_600_000

const numbers = (version: string) => version.split('.').map(Number)
const newestFirst = (a: string, b: string) => {
  const [left, right] = [numbers(a), numbers(b)]
  for (let index = 0; index < 3; index++)
    if (left[index] !== right[index]) return (right[index] ?? 0) - (left[index] ?? 0)
  return 0
}
const fits = (version: string, wanted: string) =>
  wanted === '*' || version === wanted || version.startsWith(`${wanted.replace(/\.\*$/, '')}.`)

/** Resolves models from the public JumpStart bucket of the region; nothing about a model is written down here. */
export const createJumpStart = ({ s3, region }: { s3: S3Client; region: string }): JumpStart => {
  const bucket = `jumpstart-cache-prod-${region}`
  const cache = new Map<string, { at: number; value: Promise<unknown> }>()

  const read = async (key: string): Promise<unknown> => {
    try {
      const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
      return JSON.parse((await answer.Body?.transformToString()) ?? 'null')
    } catch (error) {
      if (error instanceof NoSuchKey)
        throw new PermanentError('jumpstart_not_found', `s3://${bucket}/${key} does not exist`, { cause: error })
      throw error
    }
  }
  const cached = (key: string): Promise<unknown> => {
    const known = cache.get(key)
    if (known && Date.now() - known.at < CACHED_MS) return known.value
    const value = read(key)
    cache.set(key, { at: Date.now(), value })
    value.catch(() => cache.delete(key))
    return value
  }

  return {
    bucket,
    async resolve(modelId, version) {
      const manifest = manifestSchema.parse(await cached('models_manifest.json'))
      const versions = manifest.filter(({ model_id }) => model_id === modelId)
      const newest = versions
        .filter((entry) => fits(entry.version, version))
        .sort((a, b) => newestFirst(a.version, b.version))[0]
      if (!newest) {
        const known = versions.map((entry) => entry.version).join(', ')
        throw new PermanentError(
          'jumpstart_not_found',
          known
            ? `${modelId} has no version ${version}; known are ${known}`
            : `JumpStart has no model ${modelId} in this region`,
        )
      }
      const parsed = specSchema.safeParse(await cached(newest.spec_key))
      if (!parsed.success)
        throw new PermanentError(
          'jumpstart_spec_unknown',
          `s3://${bucket}/${newest.spec_key} is no spec that Assay can read: ${z.prettifyError(parsed.error)}`,
        )
      return parsed.data
    },
  }
}
