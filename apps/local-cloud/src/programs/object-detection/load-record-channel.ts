import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodePicture, type Sample } from '@assay/detector'
import { ClientError } from '../container/client-error.ts'
import type { ContainerFolders } from '../container/folders.ts'
import { readRecordFile } from './record-file.ts'

/** Reads every .rec file of a channel, in order of name. Throws ClientError where it is missing, empty or broken. */
export const loadRecordChannel = async (
  folders: ContainerFolders,
  name: string,
  classes: number,
): Promise<Sample[]> => {
  const folder = folders.channel(name)
  const files = existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.rec'))
        .sort()
    : []
  if (files.length === 0) throw new ClientError(`no RecordIO file (.rec) in channel ${name}`)
  const samples: Sample[] = []
  for (const file of files)
    for (const { id, objects, imageBytes } of readRecordFile(readFileSync(join(folder, file)))) {
      const unknown = objects.find(
        ({ classIndex }) => !Number.isInteger(classIndex) || classIndex < 0 || classIndex >= classes,
      )
      if (unknown)
        throw new ClientError(
          `record ${id} of ${name}/${file} has class ${unknown.classIndex}, num_classes is ${classes}`,
        )
      try {
        samples.push({ picture: await decodePicture(imageBytes), objects })
      } catch (cause) {
        throw new ClientError(`record ${id} of ${name}/${file} holds no readable image`, { cause })
      }
    }
  if (samples.length === 0) throw new ClientError(`channel ${name} holds no records`)
  return samples
}
