import { validationError } from '../aws-error.ts'
import { canDo, type ProgramEntry } from '../runner/registry.ts'
import type { CloudContext } from './context.ts'

const kinds = { train: 'training', serve: 'serving' }

/** The program of an image. Throws ValidationException where there is none for that, or where it needs a Docker engine that is not there. */
export const findProgram = async (
  { registry, containers }: Pick<CloudContext, 'registry' | 'containers'>,
  image: string,
  verb: 'train' | 'serve',
): Promise<ProgramEntry> => {
  const program = registry.find(image)
  if (!canDo(program, verb))
    throw validationError(
      `The local cloud has no ${kinds[verb]} program for the image ${image}; add one to the registry file`,
    )
  if (!program.docker) return program
  try {
    await containers.assertEngine()
    return program
  } catch (error) {
    throw validationError(
      `The local cloud cannot run the image ${image}: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
