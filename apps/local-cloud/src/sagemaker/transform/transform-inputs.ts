import { readManifest } from '../../runner/channel.ts'
import { type ObjectStore, parseS3Uri, type S3Location } from '../../runner/object-store.ts'

/** An object to transform, and the name of its output without `.out`. */
interface TransformInput {
  from: S3Location
  name: string
}

/** What a batch transform reads. Names are the keys below the folder of the prefix, or those that the manifest lists. */
export async function* transformInputs(
  objects: ObjectStore,
  source: { S3DataType: string; S3Uri: string },
): AsyncGenerator<TransformInput> {
  const location = parseS3Uri(source.S3Uri)
  if (source.S3DataType === 'ManifestFile') {
    for (const { from, path } of await readManifest(objects, location)) yield { from, name: path }
    return
  }
  const cut = location.key.lastIndexOf('/') + 1
  for await (const { key } of objects.list(location.bucket, location.key))
    if (!key.endsWith('/')) yield { from: { bucket: location.bucket, key }, name: key.slice(cut) }
}
