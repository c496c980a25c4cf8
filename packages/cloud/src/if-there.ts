import { isNotFound } from './errors.ts'

/** What a Describe answers; undefined where the resource is not there. */
export const ifThere = async <Description>(describe: () => Promise<Description>): Promise<Description | undefined> => {
  try {
    return await describe()
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}
