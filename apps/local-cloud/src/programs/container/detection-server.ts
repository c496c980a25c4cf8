import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodePicture, type Detector, loadDetector, type Picture } from '@assay/detector'
import { ClientError } from './client-error.ts'

/** File of the trained network in a model folder. */
export const MODEL_FILE = 'detector.bin'

const IMAGE_TYPES = ['image/jpeg', 'image/png', 'application/x-image']

/** Loads the trained network of a model folder. */
export const loadModel = (modelFolder: string): Detector => {
  const path = join(modelFolder, MODEL_FILE)
  if (!existsSync(path)) throw new Error(`the model archive holds no ${MODEL_FILE}`)
  return loadDetector(readFileSync(path))
}

/** Decodes the image of a request. Throws ClientError for another content type or what is no image. */
export const readImage = async (body: Buffer, contentType: string): Promise<Picture> => {
  const [type = ''] = contentType.split(';')
  if (!IMAGE_TYPES.includes(type.trim()))
    throw new ClientError(`unsupported content type ${type}, needed ${IMAGE_TYPES.join(', ')}`)
  try {
    return await decodePicture(body)
  } catch (cause) {
    throw new ClientError('the request body is no readable image', { cause })
  }
}
