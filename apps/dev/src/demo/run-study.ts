import { basename, join } from 'node:path'
import {
  addFolder,
  type AssayClient,
  checkedDataset,
  createProgressPrinter,
  followExperiment,
  formatAge,
  printable,
  type Terminal,
} from '@assay/client'
import type { DatasetView, ExperimentView } from '@assay/contracts'
import { makeSteelDefects } from '../steel-defects.ts'
import { type DemoOptions, studySize } from './demo-options.ts'
import { demoSpec } from './demo-spec.ts'

const redrawEveryMs = 500

export interface StudyContext {
  client: AssayClient
  runFolder: string
  options: DemoOptions
  terminal: Terminal
  say: (line: string) => void
}

const seconds = (fromMs: number) => `${((performance.now() - fromMs) / 1000).toFixed(1)} s`

/** Draws the data set, or takes the user's. Answers its folder. */
const findImages = async ({ options, runFolder, say }: StudyContext): Promise<string> => {
  if (options.datasetFolder !== undefined) return options.datasetFolder
  const started = performance.now()
  const folder = join(runFolder, 'steel-defects')
  await makeSteelDefects({ folder, images: options.size.images, seed: options.seed })
  say(`data set     ${options.size.images} images drawn from seed ${options.seed} in ${seconds(started)}`)
  return folder
}

const describeRejection = ({ check }: DatasetView): string => {
  const faults = check?.faults
  if (!faults) return 'the data set was rejected'
  return [
    `the data set was rejected: ${faults.count} faults, the first ${faults.first.length}:`,
    ...faults.first.map(({ file, met, needed }) => printable(`  ${file || '(folder)'}: ${met}; needed: ${needed}`)),
  ].join('\n')
}

const registerDataset = async ({ client, say }: StudyContext, folder: string): Promise<DatasetView> => {
  const started = performance.now()
  let bytes = 0
  const registered = await addFolder(client, folder, {
    name: basename(folder),
    onUpload: (progress) => {
      bytes = progress.bytesDone
    },
  })
  const dataset = await checkedDataset(client, registered.id)
  if (dataset.state === 'rejected' || !dataset.check) throw new Error(describeRejection(dataset))
  const { images, boxes, classes } = dataset.check
  say(
    `registered   ${dataset.id}: ${images} images, ${boxes} boxes, ${classes.length} classes; ${(bytes / 1e6).toFixed(1)} MB uploaded and checked in ${seconds(started)}`,
  )
  return dataset
}

const follow = async ({ client, terminal }: StudyContext, id: string): Promise<ExperimentView> => {
  const printer = createProgressPrinter(terminal)
  const redraw = setInterval(printer.tick, redrawEveryMs)
  try {
    return await followExperiment(client, id, printer.update)
  } finally {
    clearInterval(redraw)
    printer.end()
  }
}

/** Registers, submits and follows one experiment of the study's five approaches over the API alone. Answers its last view. */
export const runStudy = async (context: StudyContext): Promise<ExperimentView> => {
  const { client, options, say } = context
  const { size, seed } = options
  const folder = await findImages(context)
  const dataset = await registerDataset(context, folder)
  const presets = await client.presets()
  const preset = presets.find(({ id }) => id === options.preset)
  if (!preset)
    throw new Error(`there is no preset "${options.preset}"; there are ${presets.map(({ id }) => id).join(', ')}`)
  const name = options.quick ? 'quick demo' : 'demo'
  const spec = demoSpec(preset, { name, dataset: dataset.id, seed, size })
  const id = await client.submit(spec, `demo-${basename(context.runFolder)}`)
  say(
    `experiment   ${id}: ${spec.approaches.length} approaches, ${size.epochs} epochs a training (the study: ${studySize.epochs}), ${size.trials} trials a tuning job (the study: ${studySize.trials})`,
  )
  say(`             ${client.url}/experiments/${id}`)
  say('')
  const view = await follow(context, id)
  const tookMs = Date.parse(view.endedAt ?? new Date().toISOString()) - Date.parse(view.createdAt)
  say(`\n${view.state} after ${formatAge(tookMs)}`)
  return view
}
