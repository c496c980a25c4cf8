import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve, sep } from 'node:path'
import { reportSchema } from '@assay/contracts'
import { type AssayClient, reportFormats } from './client.ts'

/** Writes a report in all its forms and all files behind it below a folder: report.json, report.html, predictions, split, bill. Answers their paths. */
export const saveReport = async (client: AssayClient, id: string, folder: string): Promise<string[]> => {
  const root = resolve(folder)
  const saved: string[] = []
  const save = async (path: string, content: Uint8Array) => {
    const file = resolve(root, path)
    if (!file.startsWith(root + sep)) throw new Error(`the report names "${path}", which lies outside of its folder`)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
    saved.push(file)
  }
  const json = await client.report(id, 'json')
  const { files } = reportSchema.parse(JSON.parse(new TextDecoder().decode(json)))
  await save('report.json', json)
  for (const format of reportFormats)
    if (format !== 'json') await save(`report.${format}`, await client.report(id, format))
  for (const { path } of files) await save(path, await client.reportFile(id, path))
  return saved
}
