import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { approachSpecSchema } from '@assay/contracts'
import { parse } from 'yaml'
import { z } from 'zod'
import { assetFolder } from './asset-folder.ts'

const presetSchema = z.strictObject({
  title: z.string(),
  description: z.string(),
  spec: z.looseObject({ approaches: z.array(z.looseObject({ recipe: z.string() })) }),
})

export interface Preset {
  /** The file's name without .yaml. */
  id: string
  title: string
  description: string
  /** Body of POST /v1/experiments but for its name and data set. */
  spec: z.infer<typeof presetSchema>['spec']
}

/** The presets that ship with Assay, in order of their names; each approach is checked against the contract. */
export const loadPresets = (folder = assetFolder('presets')): Preset[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => {
      const preset = presetSchema.parse(parse(readFileSync(join(folder, name), 'utf8')))
      for (const approach of preset.spec.approaches) approachSpecSchema.parse(approach)
      return { id: name.slice(0, -5), ...preset }
    })
