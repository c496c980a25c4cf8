import { printable } from '@assay/client'
import { CliExit, type CliIo, clientOf, exitCodes } from '../cli-io.ts'
import type { Finding } from '../doctor/finding.ts'
import { outputArgs } from '../print-result.ts'
import { experimentArgs, readExperiment } from '../read-experiment.ts'
import { strictCommand } from '../strict-command.ts'

const marks = { ok: '✓', warning: '!', failed: '✗' } as const

const lineOf = ({ check, status, detail, advice }: Finding, width: number): string =>
  [
    `${marks[status]} ${check.padEnd(width)}  ${printable(detail)}`,
    ...(advice === undefined ? [] : [`    → ${advice}`]),
  ].join('\n')

export const doctorCommand = (io: CliIo) =>
  strictCommand('doctor', {
    description:
      'Look at everything that an installation needs, by the ASSAY_* settings of its processes, and say what to do',
    args: {
      ...experimentArgs,
      file: { ...experimentArgs.file, description: 'look at what this experiment needs, too' },
      preset: { ...experimentArgs.preset, description: 'look at what this preset needs, too' },
      output: outputArgs.output,
    },
    run: async ({ file, output, ...args }) => {
      // Only here: the clients of five more services would slow every other command down.
      const { runDoctor } = await import('../doctor/run-doctor.ts')
      const api = clientOf(io)
      const isAsked = file !== undefined || args.preset !== undefined
      const findings = await runDoctor({
        env: io.env,
        api,
        ...(isAsked ? { readSpec: () => readExperiment(io, { file, ...args }, { storeSources: false }) } : {}),
      })
      const width = Math.max(...findings.map(({ check }) => check.length))
      const lines = findings.map((finding) => lineOf(finding, width))
      io.out(output === 'json' ? `${JSON.stringify(findings, null, 2)}\n` : `${lines.join('\n')}\n`)
      const count = (status: Finding['status']) => findings.filter((finding) => finding.status === status).length
      io.note(`${count('ok')} ok, ${count('warning')} warnings, ${count('failed')} failed`)
      if (count('failed') > 0) throw new CliExit(exitCodes.failed)
    },
  })
