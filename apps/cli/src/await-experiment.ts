import { type AssayClient, createProgressPrinter, followExperiment, printable } from '@assay/client'
import type { ExperimentView } from '@assay/contracts'
import { CliExit, type CliIo, exitCodes } from './cli-io.ts'

const redrawEveryMs = 500

/** Shows live progress until the experiment has ended; anything but success ends the command with code 1. */
export const awaitExperiment = async (io: CliIo, client: AssayClient, id: string): Promise<ExperimentView> => {
  const printer = createProgressPrinter(io.progress)
  const redraw = setInterval(printer.tick, redrawEveryMs)
  try {
    const view = await followExperiment(client, id, printer.update, { signal: io.signal })
    return view
  } finally {
    clearInterval(redraw)
    printer.end()
  }
}

/** Says why an experiment did not succeed and ends the command with code 1. */
export const requireSuccess = ({ state, reason, approaches }: ExperimentView): void => {
  if (state === 'succeeded') return
  const lines = approaches
    .filter((approach) => approach.state !== 'succeeded')
    .map((approach) => `  ${approach.id} ${approach.state}${approach.reason ? `: ${approach.reason.message}` : ''}`)
  const first = `the experiment ended as ${state}${reason ? `: ${reason.message}` : ''}`
  throw new CliExit(exitCodes.failed, [first, ...lines].map(printable).join('\n'))
}
