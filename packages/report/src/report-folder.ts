import type { output, ZodType } from 'zod'

/** The bytes of a file of the report folder; undefined where there is none. */
export type ReadFile = (path: string) => Promise<Uint8Array | undefined>

/** A report's folder, to be checked. */
export const openReportFolder = (read: ReadFile) => {
  const bytes = async (path: string) => {
    const content = await read(path)
    if (!content) throw new Error(`${path} is missing`)
    return content
  }
  /** Reads a JSON file as its schema says; the error names the file and the first fault. */
  const json = async <Schema extends ZodType>(path: string, schema: Schema): Promise<output<Schema>> => {
    const text = new TextDecoder().decode(await bytes(path))
    let parsed: unknown
    try {
      parsed = JSON.parse(text)
    } catch (error) {
      throw new Error(`${path} is no JSON: ${(error as SyntaxError).message}`, { cause: error })
    }
    const result = schema.safeParse(parsed)
    if (result.success) return result.data
    const [issue] = result.error.issues
    throw new Error(`${path} at /${issue?.path.join('/') ?? ''}: ${issue?.message ?? 'not as the contract says'}`)
  }
  return { bytes, json }
}
export type ReportFolder = ReturnType<typeof openReportFolder>
