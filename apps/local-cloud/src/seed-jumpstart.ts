import type { ObjectStore } from './s3/index.ts'

/** Fills the region's JumpStart bucket with what is missing from it. */
export const seedJumpStart = async (store: ObjectStore, region: string): Promise<void> => {
  const bucket = `jumpstart-cache-prod-${region}`
  await store.createBucket(bucket)
  // Loaded here only: it brings the detector and its weights along.
  const { jumpStartObjects } = await import('./jumpstart/index.ts')
  for (const { key, body } of await jumpStartObjects(region))
    if (!(await store.head(bucket, key))) await store.put(bucket, key, body)
}
